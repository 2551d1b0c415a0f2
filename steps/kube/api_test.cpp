// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"
#include "support/kube_fixture.hpp"

#include <fmt/format.h>

#include <set>

// What the client does at a real API server.
namespace streamgate::kube {
namespace {

using testing::HasSubstr;

class Api : public test::KubeTest {
protected:
  ObjectName name(const std::string& of) const { return {nspace(), of}; }
  static std::string config_map(const std::string& name, const std::string& value)
  {
    return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},"data":{{"value":"{}"}}}})",
                       name, value);
  }
  static std::string value(const json::Value& object) { return std::string(json::text(object, {"data", "value"})); }
};

TEST_F(Api, CreatesReadsReplacesPatchesAndRemoves)
{
  const auto created = admin().create(k_config_maps, nspace(), config_map("a", "1"));
  ASSERT_TRUE(created) << created.error().text();
  EXPECT_EQ(value(*created), "1");
  EXPECT_EQ(value(*admin().get(k_config_maps, name("a"))), "1");
  const auto merged = admin().patch(k_config_maps, name("a"), PatchType::merge, R"({"data":{"value":"2"}})");
  ASSERT_TRUE(merged) << merged.error().text();
  EXPECT_EQ(value(*merged), "2");
  const auto patched = admin().patch(
      k_config_maps, name("a"), PatchType::json,
      R"([{"op":"test","path":"/data/value","value":"2"},{"op":"replace","path":"/data/value","value":"3"}])");
  ASSERT_TRUE(patched) << patched.error().text();
  EXPECT_EQ(value(*patched), "3");
  const auto replaced = admin().replace(k_config_maps, name("a"), config_map("a", "4"));
  ASSERT_TRUE(replaced) << replaced.error().text();
  EXPECT_EQ(value(*replaced), "4");
  EXPECT_TRUE(admin().remove(k_config_maps, name("a")));
  const auto gone = admin().get(k_config_maps, name("a"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_THAT(gone.error().message, HasSubstr("configmaps \"a\" not found"));
}

TEST_F(Api, CreateOfWhatIsThereIsAConflict)
{
  put("a", "1");
  const auto again = admin().create(k_config_maps, nspace(), config_map("a", "1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_THAT(again.error().message, HasSubstr("already exists"));
}

TEST_F(Api, ReplaceOfAnOldVersionIsAConflict)
{
  put("a", "1");
  auto old = admin().get(k_config_maps, name("a"));
  put("a", "2");
  const auto replaced = admin().replace(k_config_maps, name("a"), json::dump(*old));
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::conflict);
}

TEST_F(Api, JsonPatchWhoseTestFailsIsAConflictAndChangesNothing)
{
  put("a", "1");
  const auto patched =
      admin().patch(k_config_maps, name("a"), PatchType::json,
                    R"([{"op":"test","path":"/data/value","value":"other"},{"op":"remove","path":"/data/value"}])");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().code, ErrorCode::conflict) << patched.error().text();
  EXPECT_EQ(value(*admin().get(k_config_maps, name("a"))), "1");
}

TEST_F(Api, JsonPatchOfWhatIsNotThereIsBadInput)
{
  put("a", "1");
  const auto patched =
      admin().patch(k_config_maps, name("a"), PatchType::json, R"([{"op":"remove","path":"/data/none"}])");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().code, ErrorCode::bad_input) << patched.error().text();
}

TEST_F(Api, InvalidObjectsAreBadInputWithTheFieldNamed)
{
  const auto made = admin().create(k_config_maps, nspace(), config_map("Not_A_Name", "1"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::bad_input);
  EXPECT_THAT(made.error().message, HasSubstr("metadata.name"));
  const auto broken = admin().create(k_config_maps, nspace(), "{");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::bad_input);
}

TEST_F(Api, UnknownKindIsNotFound)
{
  const auto got = admin().list(k_csvs, nspace());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::not_found);
}

TEST_F(Api, NothingIsAskedWithoutNameOrNamespace)
{
  EXPECT_EQ(admin().remove(k_config_maps, name("")).error().code, ErrorCode::bad_input);
  EXPECT_EQ(admin().remove(k_config_maps, name("..")).error().code, ErrorCode::bad_input);
  EXPECT_EQ(admin().get(k_config_maps, {"", "a"}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(admin().create(k_config_maps, "", "{}").error().code, ErrorCode::bad_input);
}

TEST_F(Api, ListsInPages)
{
  for (int i = 0; i < 30; ++i) put(fmt::format("m{:02}", i), std::to_string(i));
  const auto faults = fault_server();
  const auto list = client_of(*faults).list(k_config_maps, nspace(), {.page = 7});
  ASSERT_TRUE(list) << list.error().text();
  std::set<std::string> names;
  for (const auto& item : list->items) names.emplace(json::text(item, {"metadata", "name"}));
  EXPECT_EQ(list->items.size(), 30U);
  EXPECT_EQ(names.size(), 30U);
  EXPECT_EQ(*names.rbegin(), "m29");
  EXPECT_NE(list->resource_version, "");
  EXPECT_EQ(faults->count("limit=7"), 5U);
  EXPECT_EQ(faults->count("continue="), 4U);
}

TEST_F(Api, ListStartsAnewWhenItsContinueTokenIsGone)
{
  for (int i = 0; i < 10; ++i) put(fmt::format("m{:02}", i), "");
  const auto faults = fault_server();
  faults->add(
      {.path = "continue=", .answer = test::http_answer(410, R"({"kind":"Status","code":410,"reason":"Expired"})")});
  const auto list = client_of(*faults).list(k_config_maps, nspace(), {.page = 4});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->items.size(), 10U);
  EXPECT_EQ(faults->seen().size(), 5U);
}

TEST_F(Api, ListWhoseTokensAlwaysExpireIsAskedForInOnePiece)
{
  for (int i = 0; i < 10; ++i) put(fmt::format("m{:02}", i), "");
  const auto faults = fault_server();
  faults->add({.path = "continue=", .answer = test::http_answer(410, "{}"), .times = 100});
  const auto list = client_of(*faults).list(k_config_maps, nspace(), {.page = 4});
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->items.size(), 10U);
}

TEST_F(Api, ContinueTokenOfACompactedRevisionIsHealed)
{
  for (int i = 0; i < 10; ++i) put(fmt::format("m{:02}", i), "");
  int compactions = 0;
  const auto faults = fault_server([&](const std::string& path) {
    if (path.find("continue=") == std::string::npos) return;
    put("m99", std::to_string(++compactions));
    EXPECT_TRUE(server().compact());
  });
  const auto list = client_of(*faults).list(k_config_maps, nspace(), {.page = 4});
  ASSERT_TRUE(list) << list.error().text();
  std::set<std::string> names;
  for (const auto& item : list->items) names.emplace(json::text(item, {"metadata", "name"}));
  EXPECT_EQ(names.size(), list->items.size()) << "an object is there twice";
  EXPECT_TRUE(names.contains("m09"));
}

TEST_F(Api, SelectorsChoose)
{
  put("a", "1");
  put("b", "2");
  ASSERT_TRUE(admin().patch(k_config_maps, name("b"), PatchType::merge, R"({"metadata":{"labels":{"team":"x"}}})"));
  EXPECT_EQ(admin().list(k_config_maps, nspace(), {.labels = "team in (x,z)"})->items.size(), 1U);
  EXPECT_EQ(admin().list(k_config_maps, nspace(), {.labels = "!team"})->items.size(), 1U);
  EXPECT_EQ(admin().list(k_config_maps, nspace(), {.fields = "metadata.name=a"})->items.size(), 1U);
  EXPECT_EQ(admin().list(k_config_maps, nspace(), {.labels = "((("}).error().code, ErrorCode::bad_input);
}

TEST_F(Api, RemoveIsGoodWhenThereIsNothingAndHonoursPreconditions)
{
  EXPECT_TRUE(admin().remove(k_config_maps, name("none")));
  EXPECT_EQ(admin().remove(k_config_maps, name("none"), {.uid = "1"}).error().code, ErrorCode::not_found);
  put("a", "1");
  const auto object = admin().get(k_config_maps, name("a"));
  const std::string uid(json::text(*object, {"metadata", "uid"}));
  const std::string version(json::text(*object, {"metadata", "resourceVersion"}));
  EXPECT_EQ(admin().remove(k_config_maps, name("a"), {.uid = "of-another"}).error().code, ErrorCode::conflict);
  put("a", "2");
  EXPECT_EQ(admin().remove(k_config_maps, name("a"), {.uid = uid, .resource_version = version}).error().code,
            ErrorCode::conflict);
  EXPECT_TRUE(admin().get(k_config_maps, name("a")));
  EXPECT_TRUE(admin().remove(k_config_maps, name("a"), {.uid = uid, .propagation = "Background"}));
  EXPECT_FALSE(admin().get(k_config_maps, name("a")));
}

TEST_F(Api, ApplyOfAnothersFieldIsAConflictUnlessForced)
{
  ASSERT_TRUE(admin().apply(k_config_maps, name("a"), "one", config_map("a", "1")));
  const auto refused = admin().apply(k_config_maps, name("a"), "two", config_map("a", "2"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("conflict with \"one\""));
  const auto forced = admin().apply(k_config_maps, name("a"), "two", config_map("a", "2"), true);
  ASSERT_TRUE(forced) << forced.error().text();
  EXPECT_EQ(value(*forced), "2");
}

TEST_F(Api, GetPathReadsWhatIsNoResource)
{
  const auto version = admin().get_path("/version");
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_EQ(json::text(*version, {"major"}), "1");
}

TEST_F(Api, LogOfAPodThatHasNoNodeIsEmpty)
{
  const auto pod =
      admin().create(k_pods, nspace(), R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x"}]}})");
  ASSERT_TRUE(pod) << pod.error().text();
  EXPECT_EQ(admin().logs(name("p"), {.container = "c"}), "");
  EXPECT_EQ(admin().logs(name("none"), {.container = "c"}).error().code, ErrorCode::not_found);
  const auto other = admin().logs(name("p"), {.container = "none"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::bad_input) << other.error().text();
}

TEST_F(Api, LogThatIsNotThereYetOrNoMoreIsNotFound)
{
  const auto faults = fault_server();
  const auto user = client_of(*faults);
  for (const std::string message :
       {"container \"c\" in pod \"p\" is waiting to start: ContainerCreating",
        "container \"c\" in pod \"p\" is terminated", "previous terminated container \"c\" in pod \"p\" not found"}) {
    faults->add(
        {.path = "/log",
         .answer = test::http_answer(400, R"({"kind":"Status","code":400,"message":)" + json::quote(message) + "}")});
    const auto log = user.logs(name("p"), {.container = "c"});
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, ErrorCode::not_found) << log.error().text();
  }
}

TEST_F(Api, LogIsAskedForByTailContainerAndPrevious)
{
  const auto faults = fault_server();
  faults->add({.path = "/log", .answer = test::http_answer(200, "line 1\nline 2\n")});
  const auto log = client_of(*faults).logs(name("p"), {.container = "c", .tail_lines = 2, .previous = true});
  ASSERT_TRUE(log) << log.error().text();
  EXPECT_EQ(*log, "line 1\nline 2\n");
  EXPECT_THAT(faults->seen().at(0), HasSubstr("/pods/p/log?container=c&previous=true&tailLines=2"));
}

} // namespace
} // namespace streamgate::kube
