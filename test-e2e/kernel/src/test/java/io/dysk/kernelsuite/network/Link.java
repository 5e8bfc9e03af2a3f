package io.dysk.kernelsuite.network;

import io.dysk.kernelsuite.Endpoint;
import io.dysk.vm.VirtualMachine;

/**
 * What lies between a machine and its endpoint, seen from the machine: the packet filter of its kernel drops, refuses and redirects, its queues
 * (netem) lose, repeat, reorder and delay. Used by one thread.
 */
final class Link {
    private static final String TABLE = "inet link";
    /** Where address {@code n} of {@link #lead} is. */
    private static final String NETWORK = "198.51.100.";

    private final VirtualMachine vm;

    /** The link of a machine; nothing is wrong with it. */
    Link(VirtualMachine vm) {
        this.vm = vm;
        // What comes in has a queue of its own: a device that all of it goes through first.
        vm.output("modprobe -a ifb sch_netem && ip link set ifb0 up && tc qdisc add dev eth0 handle ffff: ingress"
                + " && tc filter add dev eth0 parent ffff: matchall action mirred egress redirect dev ifb0");
        mend();
    }

    /** Nothing is wrong from now on. Addresses that lead somewhere still do. */
    void mend() {
        vm.output("nft 'table " + TABLE + " {}; delete table " + TABLE + "; table " + TABLE + " {"
                + " chain out { type filter hook output priority 0; }; chain in { type filter hook input priority 0; }; }';"
                + " tc qdisc del dev eth0 root 2> /dev/null; tc qdisc del dev ifb0 root 2> /dev/null; true");
    }

    /** Begins. */
    void begin(LinkFault fault) {
        StringBuilder line = new StringBuilder("true");
        if (fault.towards() != null) {
            line.append(" && nft 'add rule ").append(TABLE).append(" out ip daddr ").append(Endpoint.GUEST_ADDRESS).append(" meta l4proto tcp ")
                    .append(fault.towards()).append("'");
        }
        if (fault.from() != null) {
            line.append(" && nft 'add rule ").append(TABLE).append(" in ip saddr ").append(Endpoint.GUEST_ADDRESS).append(" meta l4proto tcp ")
                    .append(fault.from()).append("'");
        }
        if (fault.queue() != null) {
            for (String card : new String[] {"eth0", "ifb0"}) {
                line.append(" && tc qdisc add dev ").append(card).append(" root netem limit 2000 ").append(fault.queue());
            }
        }
        vm.output(line.toString());
    }

    /** From now on an address of ours leads to a port of the host; {@link #lead} again changes that for new connections. */
    String lead(int n, int port) {
        String address = NETWORK + n;
        vm.output("nft 'table ip ways" + n + " {}; delete table ip ways" + n + "; table ip ways" + n
                + " { chain out { type nat hook output priority -100; ip daddr " + address + " meta l4proto tcp dnat to " + Endpoint.GUEST_ADDRESS + ":" + port
                + "; }; }'");
        return address;
    }

    /** Packets to an address of ours vanish from now on, on open connections too; {@link #mend} ends it. */
    void swallow(int n) {
        vm.output("nft 'add rule " + TABLE + " out ct original ip daddr " + NETWORK + n + " drop'");
    }
}
