package io.dysk.controller.volume;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.controller.account.AccountUsage;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.account.OwnAccount;
import io.dysk.csi.CreateVolumeRequest;
import io.dysk.csi.CreateVolumeResponse;
import io.dysk.rpc.call.RpcFailure;
import io.dysk.rpc.call.VolumeLocks;
import io.dysk.rpc.step.StepListener;
import io.dysk.rpc.step.Steps;
import java.util.List;
import java.util.Optional;

/**
 * CreateVolume. A volume is found again by its name, in the container and under the prefix that its parameters say, and the notes in its
 * blob say whether it is the one that is asked for; nothing is kept anywhere else. So a call that was cut off anywhere is completed by the
 * same call again, and of two controllers that make one name at once, the service lets one.
 *
 * <p>With several accounts it can't: two controllers may choose different ones. So there a volume is marked as incomplete first, and is
 * completed, by whom ever, only after a look at all accounts that began after it was seen to be there. Of two volumes, each looked at
 * after it was made, the later one's look finds the earlier; {@link Rivals} then says which stays.
 */
public final class CreateVolume {
    private static final int TRIES = 8;

    private final Accounts accounts;
    private final VolumeLocks locks;
    private final StepListener listener;
    private final VolumeLookup lookup;
    private final AccountUsage usage;
    private final AccountChoice choice;
    private final VolumeMaker maker;
    private final Completion completion;
    private final Rivals rivals;
    private final VolumeAnswer answers;

    /** @param container for volumes whose parameters name none */
    public CreateVolume(Accounts accounts, AccountUsage usage, ContainerName container, VolumeLocks locks, StepListener listener) {
        this.accounts = accounts;
        this.locks = locks;
        this.listener = listener;
        this.usage = usage;
        lookup = new VolumeLookup(accounts, container);
        choice = new AccountChoice(usage);
        maker = new VolumeMaker(accounts);
        completion = new Completion(accounts);
        rivals = new Rivals(completion);
        answers = new VolumeAnswer(accounts);
    }

    public CreateVolumeResponse answer(CreateVolumeRequest request) {
        Blueprint blueprint = Blueprint.of(request);
        try (var _ = locks.take("name " + request.getName())) {
            Found found = create(blueprint, Steps.begin(listener, request.getName()));
            return CreateVolumeResponse.newBuilder().setVolume(answers.of(found)).build();
        }
    }

    private Found create(Blueprint blueprint, Steps steps) {
        List<OwnAccount> candidates = candidates(blueprint);
        Optional<VolumeId> seen = Optional.empty();
        for (int i = 0; i < TRIES; i++) {
            VolumeLookup.Outcome outcome = lookup.find(blueprint.name(), blueprint.parameters(), candidates);
            if (outcome.volumes().isEmpty()) {
                seen = make(blueprint, candidates.size() > 1, outcome.slots(), steps);
            } else if (outcome.volumes().size() > 1) {
                rivals.settle(outcome.volumes(), blueprint.secrets());
            } else {
                Found found = outcome.volumes().getFirst();
                blueprint.requireSame(found, answers.topology(found.id()));
                if (found.notes().incomplete().isEmpty()) {
                    return found;
                }
                if (candidates.size() == 1 || seen.filter(found.id()::equals).isPresent()) {
                    Optional<Found> done = complete(found, blueprint, steps);
                    if (done.isPresent()) {
                        return done.get();
                    }
                }
                seen = Optional.of(found.id());
            }
        }
        throw RpcFailure.unavailable("its data could not be copied, or somebody else makes and deletes it at the same time; call again, and look"
                + " at the controller's log if this stays");
    }

    private List<OwnAccount> candidates(Blueprint blueprint) {
        Optional<OwnAccount> ofSecrets = accounts.ofSecrets(blueprint.secrets(), blueprint.parameters().endpoint());
        if (ofSecrets.isPresent()) {
            blueprint.parameters().get(VolumeParameter.ACCOUNT).filter(name -> !name.equals(ofSecrets.get().name().value())).ifPresent(name -> {
                throw RpcFailure.invalidArgument("parameter 'account' is '" + name + "', but the secret is of account " + ofSecrets.get().name());
            });
            return List.of(ofSecrets.get());
        }
        List<OwnAccount> own = accounts.own();
        if (own.isEmpty()) {
            throw RpcFailure.unauthenticated("there are no credentials for any storage account: name a secret with accountname and accountkey (or"
                    + " sas) in the StorageClass (csi.storage.k8s.io/provisioner-secret-name and -namespace), or start the controller with"
                    + " --accounts-dir");
        }
        return own;
    }

    /** Completes it; empty if it is gone, and to be made anew. */
    private Optional<Found> complete(Found found, Blueprint blueprint, Steps steps) {
        try (var _ = locks.take(found.id().leaseName())) {
            return completion.of(found, blueprint.parameters(), blueprint.secrets(), steps);
        } catch (BlobException.NotFound e) {
            return lookAgain(e);
        }
    }

    /** Makes the blob; says which, unless somebody was quicker. */
    private Optional<VolumeId> make(Blueprint blueprint, boolean rivals, List<VolumeLookup.Slot> slots, Steps steps) {
        Optional<VolumeMaker.Source> source = blueprint.source().map(from -> maker.source(from, blueprint.secrets()));
        source.filter(from -> blueprint.parameters().vhd() && !from.vhd()).ifPresent(from -> {
            throw RpcFailure.invalidArgument("parameter 'vhd' is true, but " + from.id() + ", which it is made from, is no VHD: leave the parameter out");
        });
        long bytes = source.map(from -> VolumeSize.of(from.vhd()).ofCopy(from.blob().dataBytes(), blueprint.range()))
                .orElseGet(() -> VolumeSize.of(blueprint.parameters().vhd()).ofNew(blueprint.range()));
        VolumeLookup.Slot slot = choice.choose(slots, blueprint.parameters(), blueprint.topology(), bytes, source.map(VolumeMaker.Source::id));
        VolumeId id = accounts.idOf(slot.account().store().endpoint(), slot.address());
        try (var _ = locks.take(id.leaseName())) {
            maker.make(slot.account().store(), id, blueprint, rivals, source, steps);
            usage.changed(slot.account().store());
            return Optional.of(id);
        } catch (BlobException.AlreadyExists e) {
            return Optional.empty();
        } catch (BlobException.NotFound e) {
            return lookAgain(e);
        }
    }

    /** A rival took the blob away; or its source went, which the next look tells. */
    private static <T> Optional<T> lookAgain(BlobException.NotFound gone) {
        if (gone.missing() == BlobException.NotFound.Missing.BLOB_OR_SNAPSHOT) {
            return Optional.empty();
        }
        throw gone;
    }
}
