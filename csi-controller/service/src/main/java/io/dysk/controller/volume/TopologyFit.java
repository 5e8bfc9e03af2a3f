package io.dysk.controller.volume;

import io.dysk.csi.Topology;
import io.dysk.csi.TopologyRequirement;
import io.dysk.rpc.call.RpcFailure;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Whether an account can be reached from where a volume is needed. Keys are compared in any case, values exactly. */
final class TopologyFit {
    private TopologyFit() {}

    /** Whether all that an account's topology asks for is there. */
    static boolean fits(Map<String, String> account, Topology place) {
        return account.entrySet().stream().allMatch(wanted -> place.getSegmentsMap().entrySet().stream()
                .anyMatch(segment -> segment.getKey().equalsIgnoreCase(wanted.getKey()) && segment.getValue().equals(wanted.getValue())));
    }

    /** How well an account fits: 0 is best; empty: not at all. */
    static OptionalInt rank(Map<String, String> account, TopologyRequirement requirement) {
        List<Topology> requisite = requirement.getRequisiteList();
        if (!requisite.isEmpty() && requisite.stream().noneMatch(place -> fits(account, place))) {
            return OptionalInt.empty();
        }
        List<Topology> preferred = requirement.getPreferredList();
        return OptionalInt.of(IntStream.range(0, preferred.size()).filter(i -> fits(account, preferred.get(i))).findFirst().orElse(preferred.size()));
    }

    /**
     * Makes sure that a requirement can be one.
     *
     * @throws RpcFailure INVALID_ARGUMENT if not
     */
    static void check(TopologyRequirement requirement) {
        for (Topology place : requirement.getRequisiteList()) {
            if (place.getSegmentsMap().isEmpty()) {
                throw RpcFailure.invalidArgument("a requisite topology has no segments");
            }
        }
    }
}
