/* Looks for a way out by sockets: the network, the cloud's metadata, the engine's own socket, raw packets. */
#include "hostile.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static void reach(const char *address, int port, int kind) {
  char what[128];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  int s = socket(AF_INET, kind, 0);
  snprintf(what, sizeof what, "%s:%d", address, port);
  if (s < 0) return;
  must_fail(what, connect(s, (struct sockaddr *)&to, sizeof to));
  must_fail(what, sendto(s, "x", 1, 0, (struct sockaddr *)&to, sizeof to));
  close(s);
}

static void reach6(const char *address) {
  struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(80)};
  inet_pton(AF_INET6, address, &to.sin6_addr);
  int s = socket(AF_INET6, SOCK_STREAM, 0);
  if (s >= 0) must_fail(address, connect(s, (struct sockaddr *)&to, sizeof to));
}

static void reach_file(const char *path, size_t hidden) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  snprintf(to.sun_path + hidden, sizeof to.sun_path - hidden, "%s", path);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  must_fail(path, connect(s, (struct sockaddr *)&to, (socklen_t)(sizeof(sa_family_t) + hidden + strlen(path))));
  close(s);
}

static void raw(void) {
  must_fail("raw packets", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  must_fail("raw packets", socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
  must_fail("packets of the link", socket(AF_PACKET, SOCK_RAW, htons(3)));
  must_fail("the hypervisor", socket(40, SOCK_STREAM, 0));
  must_fail("the kernel's ciphers", socket(38, SOCK_SEQPACKET, 0));
  must_fail("a bus", socket(29, SOCK_RAW, 1));
  must_fail("a radio", socket(31, SOCK_RAW, 0));
  must_fail("a cluster", socket(30, SOCK_STREAM, 0));
  must_fail("a filter of packets", socket(44, SOCK_RAW, 0));
}

static void links(void) {
  struct ifaddrs *all = NULL;
  if (getifaddrs(&all) == 0) {
    for (struct ifaddrs *one = all; one; one = one->ifa_next) {
      if (strcmp(one->ifa_name, "lo")) printf("ESCAPED by link %s\n", one->ifa_name);
    }
  }
  struct ifreq request = {0};
  strcpy(request.ifr_name, "lo");
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  request.ifr_flags = IFF_UP | IFF_PROMISC;
  must_fail("changing a link", ioctl(s, SIOCSIFFLAGS, &request));
  strcpy(request.ifr_name, "tap0");
  must_fail("making a link", ioctl(s, 0x89a0, "bridge0"));
}

int main(void) {
  static const char *addresses[] = {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "172.17.0.1",
                                    "10.0.0.1", "192.168.0.1", "8.8.8.8", "255.255.255.255"};
  for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    reach(addresses[i], 80, SOCK_STREAM);
    reach(addresses[i], 53, SOCK_DGRAM);
    reach(addresses[i], 2375, SOCK_STREAM);
  }
  reach("127.0.0.1", 2375, SOCK_STREAM);
  reach6("fd00:ec2::254");
  reach6("fe80::1");
  static const char *sockets[] = {"/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
                                  "/run/systemd/private", "/run/dbus/system_bus_socket", "/dev/log",
                                  "/run/podman/podman.sock"};
  for (unsigned i = 0; i < sizeof sockets / sizeof *sockets; i++) {
    reach_file(sockets[i], 0);
    reach_file(sockets[i], 1);
  }
  raw();
  links();
  return done();
}
