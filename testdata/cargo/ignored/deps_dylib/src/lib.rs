pub use alpha;
