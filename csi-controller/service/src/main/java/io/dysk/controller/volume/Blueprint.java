package io.dysk.controller.volume;

import io.dysk.csi.CapacityRange;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.TopologyRequirement;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What CreateVolume is asked for, checked.
 *
 * @param name under which it is asked for
 * @param range of its size
 * @param parameters how it is to be
 * @param source what it is made from
 * @param topology where it is needed
 * @param claim notes for people
 * @param secrets of the call
 */
record Blueprint(VolumeName name, CapacityRange range, VolumeParameters parameters, Optional<ContentSource> source, TopologyRequirement topology,
        Map<String, String> claim, Map<String, String> secrets) {

    /** @throws RpcFailure INVALID_ARGUMENT, OUT_OF_RANGE or NOT_FOUND if that can't be */
    static Blueprint of(CreateVolumeRequest request) {
        VolumeName name = new VolumeName(request.getName());
        VolumeCapabilities.require(request.getVolumeCapabilitiesList());
        VolumeSize.check(request.getCapacityRange());
        VolumeParameters parameters = VolumeParameters.parse(request.getParametersMap(), request.getModifiableParametersMap());
        TopologyFit.check(request.getAccessibilityRequirements());
        Optional<ContentSource> source = ContentSource.of(request);
        if (source.isEmpty()) {
            VolumeSize.of(parameters.vhd()).ofNew(request.getCapacityRange());
        }
        return new Blueprint(name, request.getCapacityRange(), parameters, source, request.getAccessibilityRequirements(),
                ClaimNames.notes(request.getParametersMap()), request.getSecretsMap());
    }

    /** The notes of a volume that is made after it. */
    Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>(claim);
        notes.put(VolumeNotes.NAME, VolumeNotes.encoded(name.value()));
        notes.put(VolumeNotes.REQUEST, parameters.note());
        source.ifPresent(from -> notes.put(VolumeNotes.SOURCE, from.note()));
        return notes;
    }

    /**
     * Makes sure that a volume of that name is what is asked for.
     *
     * @param from where its account can be reached
     * @throws RpcFailure ALREADY_EXISTS if not, and what differs
     */
    void requireSame(Found found, Map<String, String> from) {
        VolumeNotes notes = found.notes();
        List<String> differences = new ArrayList<>(VolumeAnswer.parameters(notes).differences(parameters));
        long bytes = Math.max(found.blob().dataBytes(), notes.incomplete().orElse(0));
        if (!VolumeSize.fits(bytes, range)) {
            differences.add("it has " + bytes + " bytes, and " + range.getRequiredBytes() + " to "
                    + (range.getLimitBytes() == 0 ? "any number" : range.getLimitBytes()) + " are asked for");
        }
        String was = notes.metadata().getOrDefault(VolumeNotes.SOURCE, "");
        String is = source.map(ContentSource::note).orElse("");
        if (!was.equals(is)) {
            differences.add("it was made from " + shown(was) + " and is asked for from " + shown(is));
        }
        OptionalInt rank = TopologyFit.rank(from, topology);
        if (rank.isEmpty()) {
            differences.add("its account is reached from " + from + ", and it is needed elsewhere");
        }
        if (!differences.isEmpty()) {
            throw RpcFailure.alreadyExists("there is a volume of that name, " + found.id() + ", but not the same: " + String.join("; ", differences)
                    + ". Use another name, or ask for what is there");
        }
    }

    private static String shown(String source) {
        return source.isEmpty() ? "nothing" : source;
    }
}
