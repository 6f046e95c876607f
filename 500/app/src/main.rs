fn main() {
    let mut sum = std::env::args().count() as u64;
    println!("{sum}");
}
