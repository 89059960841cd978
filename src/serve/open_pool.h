#pragma once
// Connections of one kind: made once, linked while they are open, and used again after that. T has
// members `previous_` and `next_` for the links, and this for a friend. Owned by a server; one
// thread.

#include <deque>

namespace slipway::serve {

template <typename T>
class OpenPool {
 public:
  // One that is open from now on; `argument` is for its construction.
  template <typename Argument>
  T& open(Argument& argument) {
    T* one = free_;
    if (one != nullptr) {
      free_ = one->next_;
    } else {
      one = &all_.emplace_back(argument);
    }
    one->previous_ = nullptr;
    one->next_ = first_;
    if (first_ != nullptr) first_->previous_ = one;
    first_ = one;
    return *one;
  }
  // Not open any more; it stays as it is until reuse().
  void close(T& one) {
    if (one.previous_ != nullptr) one.previous_->next_ = one.next_;
    if (one.next_ != nullptr) one.next_->previous_ = one.previous_;
    if (first_ == &one) first_ = one.next_;
    one.previous_ = one.next_ = nullptr;
  }
  void reuse(T& one) {
    one.next_ = free_;
    free_ = &one;
  }

  T* first() const { return first_; }
  static T* after(const T& one) { return one.next_; }
  // Also those that are not open.
  std::deque<T>& all() { return all_; }

 private:
  std::deque<T> all_;
  T* first_ = nullptr;
  T* free_ = nullptr;
};

}  // namespace slipway::serve
