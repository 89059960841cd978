#include "cli/apply_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace slipway::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<ApplyDocument> documents_of(const std::string& text) {
  return read_apply_documents("m.yaml", text, "").value();
}

Json json(const char* text) { return parse_json(text).value(); }

Json present_iris() {
  return json(R"({"id":"iris","name":"Iris","group":"vision","image":"iris:1","replicas":1,
                  "metadata":{"team":"ml"}})");
}

Json dry_run(const char* changes) {
  Json out = json(R"({"accepted":true,"errors":[],"refusal":null,"exceeded":[]})");
  out["changes"] = json(changes);
  return out;
}

std::vector<std::string> actions_of(const std::vector<ApplyStep>& steps) {
  std::vector<std::string> out;
  for (const ApplyStep& step : steps) {
    out.push_back((step.id.empty() ? step.name : step.id) + " " +
                  std::string(done_word(step.action)));
  }
  return out;
}

TEST(ApplyDocuments, reads_documents_and_lists_of_them) {
  const auto documents =
      read_apply_documents("m.yaml",
                           "kind: Deployment\nname: a\n---\n- kind: Deployment\n  name: b\n"
                           "  group: g\n  replicas: 2\n- kind: Deployment\n  id: c\n",
                           "vision")
          .value();
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_EQ(dump_json(documents[0].yaml.value), R"({"name":"a","group":"vision"})");
  EXPECT_EQ(dump_json(documents[1].yaml.value), R"({"name":"b","group":"g","replicas":2})");
  EXPECT_EQ(documents[1].place("replicas"), "m.yaml:7");
  EXPECT_EQ(documents[2].place(), "m.yaml:8");
}

TEST(ApplyDocuments, names_file_line_and_path_of_everything_wrong) {
  const auto read = read_apply_documents(
      "m.yaml",
      "kind: Job\nname: a\n---\nname: 5\nkind: Deployment\n---\nkind: Deployment\n---\n5\n", "");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().fields,
              ElementsAre(FieldError{"m.yaml:1: kind", "must be Deployment"},
                          FieldError{"m.yaml:4: name", "must be a text; put it in quotes"},
                          FieldError{"m.yaml:7: name", "is required, or an id"},
                          FieldError{"m.yaml:9: document", "must be a map of fields"}));
  EXPECT_THAT(read_apply_documents("m.yaml", "a: [", "").error().message,
              HasSubstr("m.yaml: line "));
}

TEST(ApplyRequest, creates_with_the_mark_and_changes_without_what_is_fixed) {
  const auto document =
      documents_of("kind: Deployment\nname: Iris\ngroup: vision\nimage: iris:2\n").at(0);
  const ApplyRequest create = request_of(document, nullptr).value();
  EXPECT_TRUE(create.creates);
  EXPECT_EQ(create.body, json(R"({"name":"Iris","group":"vision","image":"iris:2",
                                  "metadata":{"managed-by":"slipway-apply"}})"));
  const ApplyRequest change = request_of(document, present_iris()).value();
  EXPECT_FALSE(change.creates);
  EXPECT_EQ(change.id, "iris");
  EXPECT_EQ(change.body, json(R"({"image":"iris:2",
                                  "metadata":{"team":"ml","managed-by":"slipway-apply"}})"));
}

TEST(ApplyRequest, leaves_the_mark_alone_where_it_stands_or_another_was_chosen) {
  Json present = present_iris();
  present["metadata"][kManagedBy] = kManagedByApply;
  const auto plain = documents_of("kind: Deployment\nid: iris\nreplicas: 1\n").at(0);
  EXPECT_EQ(request_of(plain, present)->body, json(R"({"replicas":1})"));
  const auto other = documents_of("kind: Deployment\nid: iris\nmetadata: {managed-by: me}\n").at(0);
  EXPECT_EQ(request_of(other, present)->body, json(R"({"metadata":{"managed-by":"me"}})"));
}

TEST(ApplyRequest, refuses_to_change_name_or_group) {
  const auto document =
      documents_of("kind: Deployment\nid: iris\nname: Rose\ngroup: other\n").at(0);
  EXPECT_THAT(request_of(document, present_iris()).error().fields,
              ElementsAre(FieldError{"name", "cannot be changed: it is 'Iris'"},
                          FieldError{"group", "cannot be changed: it is 'vision'"}));
}

TEST(ApplyPlan, creates_changes_and_leaves_alone_in_the_order_of_the_files) {
  const auto documents = documents_of(
      "kind: Deployment\nname: New\nimage: n:1\n---\nkind: Deployment\nid: iris\nreplicas: 2\n---\n"
      "kind: Deployment\nid: same\n");
  Json same = present_iris();
  same["id"] = "same";
  const auto steps =
      plan_apply(
          documents,
          {{nullptr, "", dry_run("[]")},
           {present_iris(), "\"7\"", dry_run(R"([{"field":"replicas","before":"1","after":"2"}])")},
           {same, "\"1\"", dry_run("[]")}},
          Json::array())
          .value();
  EXPECT_THAT(actions_of(steps), ElementsAre("New created", "iris changed", "same unchanged"));
  EXPECT_EQ(steps[1].etag, "\"7\"");
  EXPECT_EQ(plan_text(steps),
            "+ New: create\n"
            "    image: n:1\n"
            "    metadata: {\"managed-by\":\"slipway-apply\"}\n"
            "~ iris (vision): change\n"
            "    replicas: 1 -> 2\n"
            "= same (vision): unchanged\n");
}

TEST(ApplyPlan, prunes_only_what_apply_made_and_no_file_names) {
  const Json in_group = json(R"([
      {"id":"iris","name":"Iris","metadata":{"managed-by":"slipway-apply"}},
      {"id":"old","name":"Old","metadata":{"managed-by":"slipway-apply"}},
      {"id":"hand","name":"Hand","metadata":{}},
      {"id":"else","name":"Else","metadata":{"managed-by":"me"}}])");
  const auto steps = plan_apply(documents_of("kind: Deployment\nid: iris\n"),
                                {{present_iris(), "", dry_run("[]")}}, in_group)
                         .value();
  EXPECT_THAT(actions_of(steps), ElementsAre("iris unchanged", "old deleted"));
  EXPECT_EQ(steps[1].name, "Old");
}

TEST(ApplyPlan, takes_a_refusal_because_nothing_would_change_as_unchanged) {
  Json answer = dry_run("[]");
  answer["accepted"] = false;
  answer["refusal"] = "nothing would change: revision 3 says exactly this";
  const auto documents = documents_of("kind: Deployment\nid: iris\n");
  const auto steps = plan_apply(documents, {{present_iris(), "", answer}}, Json::array()).value();
  EXPECT_THAT(actions_of(steps), ElementsAre("iris unchanged"));
  Json going = present_iris();
  going["status"] = json(R"({"phase":"Stopping"})");
  EXPECT_FALSE(plan_apply(documents, {{going, "", answer}}, Json::array()));
}

TEST(ApplyPlan, shows_what_the_server_foresees_and_refuses_what_exceeds_a_quota) {
  Json answer = dry_run(R"([{"field":"replicas","before":"1","after":"2"}])");
  answer["quota"] = json(R"({"limits":{"cpu_millis":1000,"gpus":null},
      "before":{"cpu_millis":500,"gpus":0},"after":{"cpu_millis":1000,"gpus":0}})");
  answer["strategy"] = "keep";
  answer["strategy_reason"] = "the replicas that run need not be replaced";
  answer["image"] = json(R"({"found":"missing","detail":"the engine has no iris:1"})");
  const auto documents = documents_of("kind: Deployment\nid: iris\nreplicas: 2\n");
  const auto steps = plan_apply(documents, {{present_iris(), "", answer}}, Json::array()).value();
  EXPECT_EQ(plan_text(steps),
            "~ iris (vision): change\n"
            "    replicas: 1 -> 2\n"
            "    (cpu_millis: 0.5 -> 1 used of 1)\n"
            "    (how: keep: the replicas that run need not be replaced)\n"
            "    (image not found: the engine has no iris:1)\n");
  answer["accepted"] = false;
  answer["exceeded"] = json(R"([{"name":"cpu_millis","limit":750,"used":500,"asked":500,
      "message":"group 'vision' may use 0.75 CPU"}])");
  const auto refused = plan_apply(documents, {{present_iris(), "", answer}}, Json::array());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kQuota);
  EXPECT_THAT(refused.error().fields,
              ElementsAre(FieldError{"m.yaml:1", "group 'vision' may use 0.75 CPU"}));
  EXPECT_EQ(refused.error().limits.size(), 1u);
}

TEST(ApplyPlan, gathers_everything_wrong_and_plans_nothing) {
  const auto documents = documents_of(
      "kind: Deployment\nid: iris\nreplica: 2\n---\nkind: Deployment\nid: iris\nname: Rose\n---\n"
      "kind: Deployment\nname: c\n");
  const Failure unknown =
      fail(Error{ErrorCode::kInvalid, "'replica' is unknown", {{"replica", "is no known field"}}});
  const auto plan = plan_apply(documents,
                               {{present_iris(), "", unknown},
                                {present_iris(), "", dry_run("[]")},
                                {nullptr, "", fail(ErrorCode::kDenied, "you may not")}},
                               Json::array());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(plan.error().fields,
              ElementsAre(FieldError{"m.yaml:3: replica", "is no known field"},
                          FieldError{"m.yaml:7: name", "cannot be changed: it is 'Iris'"},
                          FieldError{"m.yaml:9", "you may not"}));
}

TEST(ApplyPlan, refuses_two_documents_about_one_deployment) {
  const auto documents =
      documents_of("kind: Deployment\nid: iris\n---\nkind: Deployment\nname: Iris\n");
  const auto plan = plan_apply(
      documents, {{present_iris(), "", dry_run("[]")}, {present_iris(), "", dry_run("[]")}},
      Json::array());
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().fields,
              ElementsAre(FieldError{"m.yaml:4", "another document is about the same deployment"}));
}

}  // namespace
}  // namespace slipway::cli
