// A recursive-descent calculator whose errors are exceptions; unique_ptr trees are freed while unwinding.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
static int live = 0;
struct Node { char op; long v; std::unique_ptr<Node> l, r; Node(char o, long v) : op(o), v(v) { live++; } ~Node() { live--; } };
using P = std::unique_ptr<Node>;
struct Err : std::runtime_error { size_t at; Err(const char* m, size_t a) : std::runtime_error(m), at(a) {} };
struct Parser {
  std::string s; size_t i = 0;
  P atom() {
    if (i >= s.size()) throw Err("end", i);
    if (s[i] == '(') { i++; P e = expr(); if (i >= s.size() || s[i] != ')') throw Err("unclosed", i); i++; return e; }
    if (s[i] == '-') { i++; P n = std::make_unique<Node>('n', 0); n->l = atom(); return n; }
    if (s[i] < '0' || s[i] > '9') throw Err("digit expected", i);
    long v = 0; while (i < s.size() && s[i] >= '0' && s[i] <= '9') { v = v * 10 + (s[i++] - '0'); if (v > 1000000) throw Err("too big", i); }
    return std::make_unique<Node>('#', v);
  }
  P bin(P l, char o, P r) { P n = std::make_unique<Node>(o, 0); n->l = std::move(l); n->r = std::move(r); return n; }
  P term() { P l = atom(); while (i < s.size() && (s[i] == '*' || s[i] == '/')) { char o = s[i++]; l = bin(std::move(l), o, atom()); } return l; }
  P expr() { P l = term(); while (i < s.size() && (s[i] == '+' || s[i] == '-')) { char o = s[i++]; l = bin(std::move(l), o, term()); } return l; }
};
long eval(const Node* n) {
  switch (n->op) {
    case '#': return n->v;
    case 'n': return -eval(n->l.get());
    case '+': return eval(n->l.get()) + eval(n->r.get());
    case '-': return eval(n->l.get()) - eval(n->r.get());
    case '*': return eval(n->l.get()) * eval(n->r.get());
    default: { long d = eval(n->r.get()); if (d == 0) throw std::domain_error("division by zero"); return eval(n->l.get()) / d; }
  }
}
int main() {
  const char* in[] = {"1+2*3", "(1+2)*3", "-(4-10)/2", "2*(3+4", "7/(3-3)", "", "12*x", "((((5))))", "9999999", "1+2)", "8/2/2-1"};
  for (auto t : in) {
    try {
      Parser p{t}; P e = p.expr();
      if (p.i != p.s.size()) throw Err("trailing", p.i);
      printf("%s = %ld\n", t, eval(e.get()));
    } catch (const Err& e) { printf("%s ! %s at %zu\n", t, e.what(), e.at); }
    catch (const std::exception& e) { printf("%s ! %s\n", t, e.what()); }
  }
  printf("live=%d\n", live);
}
