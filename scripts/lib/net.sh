# shellcheck shell=bash
# The network: one bridge on the host, and for each cluster a network namespace that hangs on it. The namespace's default route ends
# at its own address: pods reach the host, the other cluster and their own node, and nothing beyond this machine.

readonly NET_BRIDGE=sg0
readonly NET_HOST_IP=10.88.0.1
readonly NET_FOLDER=/run/netns

net_exists() { ip link show dev "$1" >/dev/null 2>&1; }

# net_bridge_up OWNER: makes the bridge; it bears the name of the state folder whose clusters hang on it.
net_bridge_up() {
  net_exists "$NET_BRIDGE" || ip link add "$NET_BRIDGE" type bridge
  ip link set "$NET_BRIDGE" alias "$1"
  ip -4 addr show dev "$NET_BRIDGE" | grep -q "inet $NET_HOST_IP/24" || ip addr add "$NET_HOST_IP/24" dev "$NET_BRIDGE"
  ip link set "$NET_BRIDGE" up
  # Where bridged packets pass the firewall and that forwards nothing (as container engines set it), ours need leave.
  if [[ $(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null) == 1 ]] && iptables -S FORWARD 2>/dev/null | grep -q '^-P FORWARD DROP'; then
    net_firewall -C 2>/dev/null || net_firewall -I
  fi
}

net_firewall() { iptables -w "$1" FORWARD -i "$NET_BRIDGE" -o "$NET_BRIDGE" -m comment --comment streamgate -j ACCEPT; }

# net_bridge_owner: prints that name, or nothing where no cluster is up.
net_bridge_owner() { ! net_exists "$NET_BRIDGE" || cat "/sys/class/net/$NET_BRIDGE/ifalias"; }

# net_bridge_down: takes it away once no cluster hangs on it.
net_bridge_down() {
  if net_exists "$NET_BRIDGE"; then
    [[ -z $(ip link show master "$NET_BRIDGE") ]] || return 0
    ip link del "$NET_BRIDGE"
  fi
  while iptables -S FORWARD 2>/dev/null | grep -q 'comment streamgate'; do net_firewall -D; done
  # `ip netns add` mounts this folder on itself; without a namespace in it the mount is of no use.
  if [[ -d $NET_FOLDER && -z $(ls -A "$NET_FOLDER") ]] && mountpoint -q "$NET_FOLDER"; then
    umount "$NET_FOLDER"
    rmdir --ignore-fail-on-non-empty "$NET_FOLDER"
  fi
}

# net_namespace_up NAMESPACE ADDRESS: makes the namespace, with ADDRESS on its end of the cable.
net_namespace_up() {
  local namespace=$1 address=$2
  [[ -e $NET_FOLDER/$namespace ]] || ip netns add "$namespace"
  if ! net_exists "$namespace-h"; then
    ip link add "$namespace-h" type veth peer name eth0 netns "$namespace"
    ip link set "$namespace-h" master "$NET_BRIDGE" up
  fi
  ip -n "$namespace" addr replace "$address/24" dev eth0
  ip -n "$namespace" link set lo up
  ip -n "$namespace" link set eth0 up
  ip -n "$namespace" route replace default via "$address" dev eth0
  nsenter "--net=$NET_FOLDER/$namespace" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1
}

# net_namespace_down NAMESPACE: takes it away, with its cable.
net_namespace_down() {
  if net_exists "$1-h"; then ip link del "$1-h"; fi
  if [[ -e $NET_FOLDER/$1 ]]; then ip netns del "$1"; fi
}
