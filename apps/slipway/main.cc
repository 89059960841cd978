// The command line client: its parts are an HTTP client and the outside world.
#include <csignal>
#include <string>
#include <vector>

#include "call/http_client.h"
#include "cli/command_line.h"
#include "cli/outside.h"

int main(int argc, char** argv) {
  // A closed pipe shows as a failed write, which ends the command quietly.
  std::signal(SIGPIPE, SIG_IGN);
  slipway::call::HttpClient client;
  const slipway::cli::Outside outside = slipway::cli::system_outside(client);
  return slipway::cli::run_command_line(std::vector<std::string>(argv + 1, argv + argc), outside);
}
