package io.dysk.controller.volume;

import io.dysk.controller.account.Accounts;
import io.dysk.csi.ValidateVolumeCapabilitiesRequest;
import io.dysk.csi.ValidateVolumeCapabilitiesResponse;
import io.dysk.csi.VolumeCapability;
import io.dysk.rpc.call.RpcFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ValidateVolumeCapabilities: whether a volume that is there could be used in some ways. That it can't is an answer, not a failure. */
public final class ValidateCapabilities {
    private final Accounts accounts;
    private final VolumeAnswer answers;

    public ValidateCapabilities(Accounts accounts) {
        this.accounts = accounts;
        answers = new VolumeAnswer(accounts);
    }

    public ValidateVolumeCapabilitiesResponse answer(ValidateVolumeCapabilitiesRequest request) {
        if (request.getVolumeId().isEmpty()) {
            throw RpcFailure.invalidArgument("the volume id is missing");
        }
        if (request.getVolumeCapabilitiesCount() == 0) {
            throw RpcFailure.invalidArgument("the volume capabilities are missing: say which to check");
        }
        request.getVolumeCapabilitiesList().forEach(capability -> VolumeCapabilities.incomplete(capability).ifPresent(fault -> {
            throw RpcFailure.invalidArgument(fault);
        }));
        VolumeId id = VolumeId.require(request.getVolumeId());
        Found found = Found.require(accounts.of(id, request.getSecretsMap()), id);
        List<String> against = against(request, found);
        ValidateVolumeCapabilitiesResponse.Builder response = ValidateVolumeCapabilitiesResponse.newBuilder();
        if (!against.isEmpty()) {
            return response.setMessage("volume " + id + ": " + String.join("; ", against)).build();
        }
        response.getConfirmedBuilder()
                .putAllVolumeContext(request.getVolumeContextMap())
                .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
                .putAllParameters(request.getParametersMap())
                .putAllModifiableParameters(request.getModifiableParametersMap());
        return response.build();
    }

    private List<String> against(ValidateVolumeCapabilitiesRequest request, Found found) {
        List<String> against = new ArrayList<>();
        for (VolumeCapability capability : request.getVolumeCapabilitiesList()) {
            VolumeCapabilities.unsupported(capability).ifPresent(against::add);
            if (found.id().snapshot().isPresent() && !VolumeCapabilities.readsOnly(capability)) {
                against.add("it is a snapshot, which can't be written");
            }
        }
        Map<String, String> context = answers.of(found).getVolumeContextMap();
        request.getVolumeContextMap().forEach((key, value) -> {
            if (context.containsKey(key) && !context.get(key).equals(value)) {
                against.add("volume context '" + key + "' is '" + context.get(key) + "'");
            }
        });
        if (request.getParametersCount() + request.getModifiableParametersCount() > 0) {
            against.addAll(parameters(request, found));
        }
        return against;
    }

    private static List<String> parameters(ValidateVolumeCapabilitiesRequest request, Found found) {
        Optional<String> made = Optional.ofNullable(found.notes().metadata().get(VolumeNotes.REQUEST));
        try {
            VolumeParameters wanted = VolumeParameters.parse(request.getParametersMap(), request.getModifiableParametersMap());
            return made.map(note -> VolumeParameters.ofNote(note).differences(wanted)).orElse(List.of());
        } catch (RpcFailure e) {
            return List.of(e.getMessage());
        }
    }
}
