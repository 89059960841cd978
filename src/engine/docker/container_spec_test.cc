#include "engine/docker/container_spec.h"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

ReplicaSpec some_spec() {
  ReplicaSpec spec;
  spec.key = {"iris-ab1cd", 3, 1};
  spec.image = "iris:1";
  spec.environment = {{"A", "b=c"}};
  spec.cpu_millis = 500;
  spec.memory_bytes = 1024;
  spec.pids_limit = 64;
  spec.port = 9001;
  return spec;
}

TEST(ContainerSpec, limits_cpu_memory_without_swap_and_processes) {
  const Json host = container_spec(some_spec(), {"installation1", "net"})["HostConfig"];
  EXPECT_EQ(host["NanoCpus"], 500'000'000);
  EXPECT_EQ(host["Memory"], 1024);
  EXPECT_EQ(host["MemorySwap"], 1024);
  EXPECT_EQ(host["PidsLimit"], 64);
}

TEST(ContainerSpec, gives_no_right_that_a_model_does_not_need) {
  const Json host = container_spec(some_spec(), {"installation1", "net"})["HostConfig"];
  EXPECT_EQ(host["SecurityOpt"], Json::array({"no-new-privileges"}));
  EXPECT_EQ(host["CapDrop"], Json::array({"ALL"}));
  EXPECT_FALSE(host.contains("Privileged"));
  EXPECT_FALSE(host.contains("Binds"));
  EXPECT_FALSE(host.contains("PortBindings"));
  EXPECT_EQ(host["RestartPolicy"]["Name"], "no");
}

TEST(ContainerSpec, shares_a_folder_for_a_unix_socket_and_says_where) {
  ContainerContext context{"installation1", "net"};
  context.socket_folder = "/state/sockets/iris-ab1cd-r3-1";
  const Json spec = container_spec(some_spec(), context);
  EXPECT_EQ(spec["HostConfig"]["Binds"],
            Json::array({"/state/sockets/iris-ab1cd-r3-1:/run/slipway"}));
  EXPECT_EQ(spec["Env"], Json::array({"A=b=c", "SLIPWAY_UNIX_SOCKET=/run/slipway/model.sock"}));
}

TEST(ContainerSpec, asks_for_an_init_only_where_there_is_one) {
  ContainerContext context{"installation1", "net"};
  EXPECT_FALSE(container_spec(some_spec(), context)["HostConfig"].contains("Init"));
  context.has_init = true;
  EXPECT_EQ(container_spec(some_spec(), context)["HostConfig"]["Init"], true);
}

TEST(ContainerSpec, asks_for_as_many_gpus_as_the_instance_type_has) {
  ReplicaSpec spec = some_spec();
  EXPECT_FALSE(container_spec(spec, {"i", "net"})["HostConfig"].contains("DeviceRequests"));
  spec.gpus = 2;
  const auto asked = [&] {
    return container_spec(spec, {"i", "net"})["HostConfig"]["DeviceRequests"];
  };
  const Json any = asked();
  EXPECT_EQ(dump_json(any), R"([{"Driver":"","Count":2,"Capabilities":[["gpu"]]}])");
  spec.gpu_resource = "nvidia.com/gpu";
  EXPECT_EQ(asked()[0]["Driver"], "nvidia");
  spec.gpu_resource = "amd";
  EXPECT_EQ(asked()[0]["Driver"], "amd");
}

TEST(ContainerSpec, the_labels_name_the_replica_again) {
  const Json spec = container_spec(some_spec(), {"installation1", "net"});
  EXPECT_EQ(key_from_labels(spec["Labels"], "installation1"), some_spec().key);
  EXPECT_EQ(key_from_labels(spec["Labels"], "installation2"), std::nullopt);
  EXPECT_EQ(spec["Env"], Json::array({"A=b=c"}));
}

TEST(ContainerSpec, broken_labels_name_nothing) {
  Json labels = container_spec(some_spec(), {"installation1", "net"})["Labels"];
  labels[std::string(kOrdinalLabel)] = "1x";
  EXPECT_EQ(key_from_labels(labels, "installation1"), std::nullopt);
  EXPECT_EQ(key_from_labels(Json(), "installation1"), std::nullopt);
}

TEST(ContainerSpec, names_begin_with_the_installation) {
  EXPECT_EQ(container_name("0123456789ab", some_spec().key), "slipway-01234567-iris-ab1cd-r3-1");
}

}  // namespace
}  // namespace slipway::engine
