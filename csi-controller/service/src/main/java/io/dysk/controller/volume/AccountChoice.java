package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.Endpoint;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.EndpointChoice;
import io.dysk.controller.account.OwnAccount;
import io.dysk.csi.TopologyRequirement;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In which account a new volume is made: of those that the parameters and the topology allow, first the one that Kubernetes prefers,
 * then the one that the source is in (a copy inside of one account is quick), then the one with the most capacity left.
 */
final class AccountChoice {
    private final AccountUsage usage;

    AccountChoice(AccountUsage usage) {
        this.usage = usage;
    }

    private record Ranked(VolumeLookup.Slot slot, int topology, boolean ofSource, long left) {}

    /** Whether an account is one of those that the parameters name. */
    static boolean named(OwnAccount account, VolumeParameters parameters) {
        Endpoint endpoint = account.store().endpoint();
        return parameters.get(VolumeParameter.ACCOUNT).map(endpoint.account().value()::equals).orElse(true)
                && parameters.get(VolumeParameter.SKU).map(sku -> account.sku().isEmpty() || account.sku().get().equalsIgnoreCase(sku)).orElse(true)
                && isAt(endpoint, parameters.endpoint());
    }

    private static boolean isAt(Endpoint endpoint, EndpointChoice where) {
        try {
            return where.of(endpoint.account()).map(endpoint::equals).orElse(true);
        } catch (BlobException.InvalidArgument e) {
            return false; // it names another account
        }
    }

    /**
     * Chooses.
     *
     * @throws RpcFailure INVALID_ARGUMENT if the parameters name none that there is, RESOURCE_EXHAUSTED if none of the named fits, and why
     */
    VolumeLookup.Slot choose(List<VolumeLookup.Slot> slots, VolumeParameters parameters, TopologyRequirement topology, long bytes,
            Optional<VolumeId> source) {
        List<VolumeLookup.Slot> named = slots.stream().filter(slot -> named(slot.account(), parameters)).toList();
        if (named.isEmpty()) {
            throw RpcFailure.invalidArgument("no storage account of the driver's is what the parameters ask for (" + wanted(parameters)
                    + "); it has " + slots.stream().map(AccountChoice::shown).toList());
        }
        List<Ranked> ranked = new ArrayList<>();
        for (VolumeLookup.Slot slot : named) {
            TopologyFit.rank(slot.account().topology(), topology).ifPresent(rank -> ranked.add(new Ranked(slot, rank,
                    source.map(VolumeId::account).filter(slot.account().name()::equals).isPresent(), 0)));
        }
        if (ranked.isEmpty()) {
            throw RpcFailure.resourceExhausted("no storage account can be reached from where it is needed: none of "
                    + named.stream().map(AccountChoice::shown).toList() + " has a topology among the requisite ones");
        }
        if (ranked.size() == 1 && ranked.getFirst().slot.account().capacityBytes().isEmpty()) {
            return ranked.getFirst().slot;
        }
        return ranked.stream()
                .map(one -> new Ranked(one.slot, one.topology, one.ofSource, usage.left(one.slot.account())))
                .filter(one -> one.left >= bytes)
                .min(Comparator.comparingInt(Ranked::topology).thenComparing(one -> !one.ofSource).thenComparing(one -> -one.left))
                .orElseThrow(() -> RpcFailure.resourceExhausted("none of the storage accounts "
                        + named.stream().map(AccountChoice::shown).toList() + " has " + bytes + " bytes left: add one, delete volumes, or"
                        + " raise their capacityGiB"))
                .slot;
    }

    private static String wanted(VolumeParameters parameters) {
        return Stream.of(VolumeParameter.ACCOUNT, VolumeParameter.SKU, VolumeParameter.ENDPOINT, VolumeParameter.ENDPOINT_SUFFIX)
                .flatMap(parameter -> parameters.get(parameter).map(value -> parameter.text() + " " + value).stream())
                .collect(Collectors.joining(", "));
    }

    private static String shown(VolumeLookup.Slot slot) {
        return slot.account().name() + slot.account().sku().map(sku -> " (" + sku + ")").orElse("");
    }
}
