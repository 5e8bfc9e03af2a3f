package io.dysk.controller.volume;

import com.google.protobuf.Int64Value;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import io.dysk.csi.GetCapacityRequest;
import io.dysk.csi.GetCapacityResponse;
import java.util.List;
import java.util.Map;

/** GetCapacity: what is left in those of the driver's own accounts that parameters and topology allow. */
public final class GetCapacity {
    private final Accounts accounts;
    private final AccountUsage usage;

    public GetCapacity(Accounts accounts, AccountUsage usage) {
        this.accounts = accounts;
        this.usage = usage;
    }

    public GetCapacityResponse answer(GetCapacityRequest request) {
        request.getVolumeCapabilitiesList().forEach(VolumeCapabilities::require);
        VolumeParameters parameters = VolumeParameters.parse(request.getParametersMap(), Map.of());
        List<OwnAccount> fitting = accounts.own().stream()
                .filter(account -> AccountChoice.named(account, parameters))
                .filter(account -> !request.hasAccessibleTopology() || TopologyFit.fits(account.topology(), request.getAccessibleTopology()))
                .toList();
        VolumeSize sizes = VolumeSize.of(parameters.vhd());
        long sum = 0;
        long most = 0;
        for (OwnAccount account : fitting) {
            long left = usage.left(account);
            sum += left;
            most = Math.max(most, left);
        }
        return GetCapacityResponse.newBuilder()
                .setAvailableCapacity(sum)
                .setMaximumVolumeSize(Int64Value.of(Math.min(most / sizes.unit() * sizes.unit(), sizes.largest())))
                .setMinimumVolumeSize(Int64Value.of(sizes.unit()))
                .build();
    }
}
