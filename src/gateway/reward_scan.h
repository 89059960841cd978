#pragma once
// Finds the reward in the body of a feedback request while it passes: the number of the member
// "reward" at the top of a JSON object ({"request":…, "response":…, "reward": 0.5, "truth":…},
// seldon.md §4.6). Not a parser: whether the body is JSON at all the model says by its answer, and
// what the model refused is not counted.
//
// Fed with pieces of any size; allocates nothing; one exchange's own.

#include <array>
#include <cstdint>
#include <string_view>

namespace slipway::gateway {

class RewardScan {
 public:
  void begin() { *this = RewardScan(); }
  void feed(std::string_view bytes);

  // The last one given, as parsers do; 0 when there was none, as Seldon's default is, or none that
  // makes sense in a sum.
  double reward() const { return reward_; }

 private:
  static constexpr std::string_view kKey = "reward";
  static constexpr double kLargest = 1e12;  // a sum that it joins still sees single units

  void in_text(char c);
  void outside(char c);
  void end_number();

  uint32_t depth_ = 0;
  bool in_text_ = false;
  bool escaped_ = false;
  bool at_key_ = false;     // the next text at depth 1 is a member's name
  bool is_reward_ = false;  // the value that follows is the one
  bool matches_ = false;    // the name, as far as it is known
  size_t matched_ = 0;
  std::array<char, 40> number_{};
  size_t digits_ = 0;
  double reward_ = 0;
};

}  // namespace slipway::gateway
