#include "engine/docker/container_spec.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/docker/socket_folders.h"

namespace slipway::engine {
namespace {

// Of all capabilities a container gets none but what an image's own start script needs to put its
// files in order and to step down from root; a model server needs none at all.
const Json& kept_capabilities() {
  static const Json list = Json::array({"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"});
  return list;
}

// "nvidia.com/gpu" is of the driver "nvidia"; no kind: whichever driver has GPUs.
Json device_requests(const ReplicaSpec& spec) {
  const std::string driver = spec.gpu_resource.substr(0, spec.gpu_resource.find_first_of("./"));
  return Json::array({Json{{"Driver", driver},
                           {"Count", spec.gpus},
                           {"Capabilities", Json::array({Json::array({"gpu"})})}}});
}

Json log_config(EngineKind kind) {
  // Bounded, so that a chatty model cannot fill the disk. podman keeps one file and cuts it.
  if (kind == EngineKind::kPodman) {
    return Json{{"Type", "k8s-file"}, {"Config", {{"max-size", "20m"}}}};
  }
  return Json{{"Type", "json-file"}, {"Config", {{"max-size", "10m"}, {"max-file", "2"}}}};
}

template <typename Number>
bool read_number(const Json& labels, std::string_view name, Number* out) {
  const auto it = labels.find(std::string(name));
  if (it == labels.end() || !it->is_string()) return false;
  const auto& text = it->get_ref<const std::string&>();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string installation_prefix(std::string_view installation) {
  return fmt::format("slipway-{}", installation.substr(0, 8));
}

std::string container_name(std::string_view installation, const domain::ReplicaKey& key) {
  return fmt::format("{}-{}", installation_prefix(installation), key.id());
}

Json container_spec(const ReplicaSpec& spec, const ContainerContext& context) {
  Json environment = Json::array();
  for (const auto& variable : spec.environment) {
    environment.push_back(variable.name + "=" + variable.value);
  }
  Json host = {
      {"NetworkMode", context.network},
      {"RestartPolicy", {{"Name", "no"}}},  // restarts are the planner's, with its backoff
      {"SecurityOpt", Json::array({"no-new-privileges"})},
      {"CapDrop", Json::array({"ALL"})},
      {"CapAdd", kept_capabilities()},
      {"LogConfig", log_config(context.kind)},
  };
  if (spec.cpu_millis > 0) host["NanoCpus"] = spec.cpu_millis * 1'000'000;
  if (spec.memory_bytes > 0) {
    // Equal, so that no swap is added: a model that swaps is worse than one that is ended and told.
    host["Memory"] = spec.memory_bytes;
    host["MemorySwap"] = spec.memory_bytes;
  }
  if (spec.gpus > 0) host["DeviceRequests"] = device_requests(spec);
  if (spec.pids_limit > 0) host["PidsLimit"] = spec.pids_limit;
  if (context.has_init) host["Init"] = true;
  if (!context.socket_folder.empty()) {
    host["Binds"] = Json::array({fmt::format("{}:{}", context.socket_folder, kModelSocketFolder)});
    environment.push_back(
        fmt::format("{}={}/{}", kSocketVariable, kModelSocketFolder, kSocketName));
  }

  return Json{
      {"Image", spec.image},
      {"Env", std::move(environment)},
      {"Labels",
       {{std::string(kInstallationLabel), context.installation},
        {std::string(kDeploymentLabel), spec.key.deployment_id},
        {std::string(kRevisionLabel), std::to_string(spec.key.revision)},
        {std::string(kOrdinalLabel), std::to_string(spec.key.ordinal)},
        {std::string(kPortLabel), std::to_string(spec.port)}}},
      {"StopSignal", "SIGTERM"},
      {"StopTimeout", 30},
      {"HostConfig", std::move(host)},
  };
}

std::optional<domain::ReplicaKey> key_from_labels(const Json& labels,
                                                  std::string_view installation) {
  if (!labels.is_object()) return std::nullopt;
  const auto owner = labels.find(std::string(kInstallationLabel));
  if (owner == labels.end() || *owner != installation) return std::nullopt;
  const auto deployment = labels.find(std::string(kDeploymentLabel));
  if (deployment == labels.end() || !deployment->is_string()) return std::nullopt;
  domain::ReplicaKey key;
  key.deployment_id = deployment->get<std::string>();
  if (!read_number(labels, kRevisionLabel, &key.revision) ||
      !read_number(labels, kOrdinalLabel, &key.ordinal)) {
    return std::nullopt;
  }
  return key;
}

}  // namespace slipway::engine
