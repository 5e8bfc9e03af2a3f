package io.dysk.controller.volume;

import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import io.dysk.csi.Topology;
import io.dysk.csi.Volume;
import java.util.Map;
import java.util.TreeMap;

/** A volume as it is described to callers. */
public final class VolumeAnswer {
    private final Accounts accounts;

    public VolumeAnswer(Accounts accounts) {
        this.accounts = accounts;
    }

    /** All of it; the same whenever it is asked for. */
    public Volume of(Found found) {
        return of(found, topology(found.id()));
    }

    /** @param topology from where its account can be reached */
    static Volume of(Found found, Map<String, String> topology) {
        Volume.Builder volume = Volume.newBuilder()
                .setVolumeId(found.id().toString())
                .setCapacityBytes(found.blob().dataBytes())
                .putAllVolumeContext(context(found));
        ContentSource.ofNotes(found.notes()).ifPresent(source -> volume.setContentSource(source.message()));
        if (!topology.isEmpty()) {
            volume.addAccessibleTopology(Topology.newBuilder().putAllSegments(topology));
        }
        return volume.build();
    }

    /** From where a volume's account can be reached; empty: from everywhere. */
    Map<String, String> topology(VolumeId volume) {
        return accounts.own().stream().filter(own -> own.name().equals(volume.account())).findFirst().map(OwnAccount::topology).orElse(Map.of());
    }

    private static Map<String, String> context(Found found) {
        Map<String, String> context = new TreeMap<>(parameters(found.notes()).forNodes());
        context.put("endpoint", found.store().endpoint().url());
        context.put("account", found.id().account().value());
        context.put("container", found.id().address().container().value());
        context.put("blob", found.id().address().blob().value());
        found.id().snapshot().ifPresent(snapshot -> context.put("snapshot", snapshot.value()));
        return context;
    }

    static VolumeParameters parameters(VolumeNotes notes) {
        return VolumeParameters.ofNote(notes.metadata().getOrDefault(VolumeNotes.REQUEST, ""));
    }
}
