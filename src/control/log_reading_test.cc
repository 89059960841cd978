// Who reads which stored logs: of what runs, what is gone, and what bears an old id.
#include "control/log_reading.h"

#include <gmock/gmock.h>

#include <future>

#include "control/use_cases_fixture_test.h"
#include "logs/log_writer.h"
#include "store/deployments.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LogReadingTest : public UseCasesFixture {
 protected:
  void write(const std::string& id, const std::string& replica, const std::string& text) {
    const auto owner = owner_of_logs(*store_, id);
    ASSERT_TRUE(owner);
    const auto folder = value(logs_.prepare(*owner));
    const auto writer = value(logs::LogWriter::open(folder / replica, "one"));
    ASSERT_TRUE(writer->append({.time = clock_.now(), .text = text}));
    ASSERT_TRUE(writer->flush());
    logs_.arrivals().announce();
  }
  std::vector<std::string> read(const Caller& caller, const std::string& id,
                                const std::string& replica = "", const LogRequest& request = {}) {
    std::vector<std::string> texts;
    const LogPlace place = value(deployments_->find_logs(caller, id, replica));
    value(deployments_->read_logs(place, request, [&](const std::string&, const auto* line) {
      if (line != nullptr) texts.emplace_back(line->line.text);
      return true;
    }));
    return texts;
  }
  static void value(const Result<void>& result) { ASSERT_TRUE(result) << result.error().message; }
  using UseCasesFixture::value;
  void forget(const std::string& id) {
    ASSERT_TRUE(deployments_->remove(ada_, id, "Iris model", {}));
    value(store_->write([&](WriteTransaction& tx) { return store::deployments::forget(tx, id); }));
  }
  DeploymentView create_as(const Caller& caller, const std::string& group) {
    NewDeployment wish = iris();
    wish.id = "iris-fixed";
    wish.group = group;
    return value(deployments_->create(caller, wish));
  }
};

TEST_F(LogReadingTest, a_member_reads_what_is_stored_and_a_stranger_sees_no_deployment) {
  const std::string id = create().deployment.id;
  write(id, id + "-r1-0", "hello");
  EXPECT_THAT(read(ada_, id), ElementsAre("hello"));
  EXPECT_THAT(read(ada_, id, id + "-r1-0"), ElementsAre("hello"));
  EXPECT_EQ(code(deployments_->find_logs(stranger_, id, "")), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->find_logs(ada_, "no-such", "")), ErrorCode::kNotFound);
}

TEST_F(LogReadingTest, an_unknown_replica_is_not_found_and_the_others_are_named) {
  const std::string id = create().deployment.id;
  write(id, id + "-r3-7", "old");
  for (const std::string bad : {"x", "other-id-r1-0", "../../etc", "..", ""}) {
    const auto found = deployments_->find_logs(ada_, id, bad);
    if (bad.empty()) continue;
    ASSERT_EQ(code(found), ErrorCode::kNotFound) << bad;
    // One that runs and has said nothing counts, too.
    EXPECT_THAT(found.error().message, HasSubstr(id + "-r1-0, " + id + "-r3-7"));
  }
  EXPECT_THAT(read(ada_, id, id + "-r1-0"), IsEmpty());
}

TEST_F(LogReadingTest, logs_of_a_deleted_deployment_stay_readable_for_its_group) {
  const std::string id = create().deployment.id;
  write(id, id + "-r1-0", "last words");
  forget(id);
  EXPECT_THAT(read(ada_, id), ElementsAre("last words"));
  EXPECT_THAT(read(admin_, id, id + "-r1-0"), ElementsAre("last words"));
  EXPECT_EQ(code(deployments_->find_logs(stranger_, id, "")), ErrorCode::kNotFound);
}

TEST_F(LogReadingTest, who_takes_the_id_of_a_deleted_deployment_reads_none_of_its_logs) {
  create_as(ada_, "default");
  write("iris-fixed", "iris-fixed-r1-0", "secret of the old one");
  forget("iris-fixed");
  clock_.advance(std::chrono::seconds(1));
  create_as(stranger_, "other");
  EXPECT_THAT(read(stranger_, "iris-fixed"), IsEmpty());
  write("iris-fixed", "iris-fixed-r1-0", "of the new one");
  EXPECT_THAT(read(stranger_, "iris-fixed"), ElementsAre("of the new one"));
  // And its old owners still read the old ones.
  EXPECT_THAT(read(ada_, "iris-fixed"), ElementsAre("secret of the old one"));
}

TEST_F(LogReadingTest, following_gives_new_lines_and_ends_with_the_deployment) {
  const std::string id = create().deployment.id;
  write(id, id + "-r1-0", "one");
  std::promise<void> first;
  std::promise<void> second;
  auto reading = std::async(std::launch::async, [&] {
    std::vector<std::string> texts;
    const LogPlace place = value(deployments_->find_logs(ada_, id, ""));
    const auto done = deployments_->read_logs(
        place, {.follow = true}, [&](const std::string&, const logs::NumberedLine* line) {
          if (line != nullptr) {
            texts.emplace_back(line->line.text);
            (texts.size() == 1 ? first : second).set_value();
          } else {
            clock_.advance(std::chrono::seconds(1));  // each look asks whether it is still there
          }
          return true;
        });
    EXPECT_TRUE(done);
    return texts;
  });
  first.get_future().wait();
  write(id, id + "-r1-1", "two");
  second.get_future().wait();
  forget(id);
  EXPECT_THAT(reading.get(), ElementsAre("one", "two"));
}

}  // namespace
}  // namespace slipway::control
