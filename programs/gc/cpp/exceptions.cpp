// C++ exceptions through several frames, destructors run while unwinding, rethrow, catch by base, nested, exception_ptr-free.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>
static std::string trace;
struct Guard { int n; Guard(int n) : n(n) {} ~Guard() { trace += char('0' + n % 10); } };
struct AppError : std::runtime_error { int code; AppError(const std::string& m, int c) : std::runtime_error(m), code(c) {} };
struct ParseError : AppError { int pos; ParseError(const std::string& m, int p) : AppError(m, 2), pos(p) {} };
struct V { virtual ~V() {} virtual int id() const { return 1; } };
struct W : V { int id() const override { return 2; } };
__attribute__((noinline)) int deep(int n, int kind) {
  Guard g(n);
  if (n == 0) switch (kind) {
    case 0: throw ParseError("bad", 42);
    case 1: throw AppError("app", 7);
    case 2: throw std::logic_error("logic");
    case 3: throw 17;
    case 4: throw "text";
    case 5: throw W();
    case 6: throw 2.5;
    default: return 1000;
  }
  return deep(n - 1, kind) + 1;
}
std::string classify(int k) {
  char b[96];
  try { snprintf(b, sizeof b, "ok %d", deep(5, k)); }
  catch (const ParseError& e) { snprintf(b, sizeof b, "parse@%d code=%d %s", e.pos, e.code, e.what()); }
  catch (const AppError& e) { snprintf(b, sizeof b, "app code=%d %s", e.code, e.what()); }
  catch (const std::exception& e) { snprintf(b, sizeof b, "std %s", e.what()); }
  catch (int i) { snprintf(b, sizeof b, "int %d", i); }
  catch (const char* s) { snprintf(b, sizeof b, "str %s", s); }
  catch (const V& v) { snprintf(b, sizeof b, "virtual %d", v.id()); }
  catch (...) { snprintf(b, sizeof b, "other"); }
  return b;
}
std::string rethrow() {
  try {
    try { Guard g(1); try { Guard h(2); throw AppError("inner", 1); } catch (AppError& e) { e.code = 9; throw; } }
    catch (...) { Guard g(3); throw; }
  } catch (AppError& e) { return std::string(e.what()) + " code=" + std::to_string(e.code); }
  return "no";
}
int ftry(int x) try { if (x) throw x; return 0; } catch (int v) { return v * 2; }
int rec(int n) { Guard g(n); if (n == 0) throw AppError("bottom", 0); return rec(n - 1) + 1; }
int main() {
  for (int k = 0; k < 8; k++) { trace.clear(); std::string s = classify(k); printf("%d %s trace=%s\n", k, s.c_str(), trace.c_str()); }
  trace.clear(); std::string r = rethrow(); printf("%s trace=%s\n", r.c_str(), trace.c_str());
  printf("ftry %d %d\n", ftry(0), ftry(21));
  int caught = 0;
  for (int i = 0; i < 1000; i++) { try { deep(i % 7, i % 8); } catch (const std::exception&) { caught++; } catch (...) { caught += 1000; } }
  printf("caught=%d\n", caught);
  trace.clear();
  try { rec(500); } catch (AppError& e) { printf("unwound %s %zu\n", e.what(), trace.size()); }
  try { try { throw 1; } catch (int) { throw std::string("from handler"); } } catch (std::string& s) { printf("%s\n", s.c_str()); }
  int sum = 0;
  for (int i = 1; i <= 10; i++) { try { if (i % 2 == 0) throw i; sum += i; } catch (int v) { sum -= v; } }
  printf("sum=%d uncaught=%d\n", sum, std::uncaught_exceptions());
  std::vector<int> v(3);
  try { v.at(7) = 1; } catch (std::out_of_range&) { puts("out_of_range"); }
  return 0;
}
