// Weak definitions: a template's members, an inline variable, operator new.
typedef decltype(sizeof(0)) size_t;
void *operator new(size_t);
void operator delete(void *) noexcept;
void operator delete(void *, size_t) noexcept;
template <class T> struct Box { static T shared; virtual T get() { return shared; } virtual ~Box() {} };
template <class T> T Box<T>::shared = T(42);
inline int &counter() { static int c = 1; return c; }
extern "C" int cxx_run(int n) { Box<int> *b = new Box<int>; int r = b->get() + counter(); delete b; return r + n; }
