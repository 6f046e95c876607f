fn main() {
    println!("{} {}", alpha::plain(&[1, 2, 3]), alpha::other("abc"));
}
