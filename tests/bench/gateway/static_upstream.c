/* The upstream of gateway_bench: answers every request at once with the same 256-byte reply, on one
 * thread, as fast as epoll goes, so that it is never what is being measured. It trusts its peer: a
 * request is a head with content-length, in one or several reads; its body is read and forgotten.
 *
 *   static_upstream PORT|PATH     listens on 127.0.0.1, or at a Unix socket
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { kBody = 256, kConnections = 4096, kBuffer = 64 * 1024 };

struct connection {
  size_t have;
  size_t to_skip; /* of a body; the reply is due behind it */
  char bytes[kBuffer];
};

static struct connection *connections[kConnections];
static char reply[512];
static size_t reply_size;

/* Bytes of the head in `c`, or 0 while it is not whole; what its body has goes to `body`. */
static size_t head_size(const struct connection *c, size_t *body) {
  const char *end = memmem(c->bytes, c->have, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  *body = 0;
  for (const char *line = c->bytes; line < end;) {
    if (strncasecmp(line, "content-length:", 15) == 0) *body = strtoul(line + 15, NULL, 10);
    const char *next = memchr(line, '\n', (size_t)(end + 4 - line));
    line = next + 1;
  }
  return (size_t)(end - c->bytes) + 4;
}

static void forget(struct connection *c, size_t count) {
  memmove(c->bytes, c->bytes + count, c->have - count);
  c->have -= count;
}

static void drop(int fd) {
  free(connections[fd]);
  connections[fd] = NULL;
  close(fd);
}

static void serve(int fd) {
  struct connection *c = connections[fd];
  const ssize_t n = recv(fd, c->bytes + c->have, sizeof c->bytes - c->have, 0);
  if (n <= 0) {
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) drop(fd);
    return;
  }
  c->have += (size_t)n;
  while (c->have > 0) {
    if (c->to_skip == 0) {
      size_t body;
      const size_t head = head_size(c, &body);
      if (head == 0) return;
      forget(c, head);
      c->to_skip = body;
    }
    const size_t skipped = c->to_skip < c->have ? c->to_skip : c->have;
    forget(c, skipped);
    c->to_skip -= skipped;
    if (c->to_skip > 0) return;
    if (send(fd, reply, reply_size, MSG_NOSIGNAL) != (ssize_t)reply_size) {
      drop(fd);
      return;
    }
  }
}

static int listen_at(const char *where) {
  const int local = where[0] == '/';
  const int listener =
      socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in tcp = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)atoi(where)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_un path = {.sun_family = AF_UNIX};
  snprintf(path.sun_path, sizeof path.sun_path, "%s", where);
  const int bound = local ? bind(listener, (struct sockaddr *)&path, sizeof path)
                          : bind(listener, (struct sockaddr *)&tcp, sizeof tcp);
  return bound == 0 && listen(listener, 1024) == 0 ? listener : -1;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: static_upstream PORT|PATH\n");
    return 2;
  }
  char body[kBody + 1];
  memset(body, 'y', kBody);
  body[kBody] = 0;
  reply_size = (size_t)snprintf(reply, sizeof reply,
                                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                "Content-Length: %d\r\n\r\n%s",
                                kBody, body);
  const int listener = listen_at(argv[1]);
  const int on = 1;
  if (listener < 0) {
    perror("static_upstream");
    return 1;
  }
  const int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(set, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    struct epoll_event events[256];
    const int count = epoll_wait(set, events, 256, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd != listener) {
        serve(fd);
        continue;
      }
      for (int client; (client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        if (client >= kConnections) {
          close(client);
          continue;
        }
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections[client] = calloc(1, sizeof(struct connection));
        struct epoll_event more = {.events = EPOLLIN, .data.fd = client};
        epoll_ctl(set, EPOLL_CTL_ADD, client, &more);
      }
    }
  }
}
