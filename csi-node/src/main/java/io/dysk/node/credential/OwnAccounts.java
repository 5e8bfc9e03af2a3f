package io.dysk.node.credential;

import io.dysk.rpc.config.AccountFile;
import io.dysk.rpc.config.AccountFiles;
import java.util.Optional;

/** Credentials of the accounts that the plugin was given itself ({@code --accounts-dir}), as its files have them now. */
public final class OwnAccounts implements CredentialSource {
    private final AccountFiles files;

    public OwnAccounts(AccountFiles files) {
        this.files = files;
    }

    /** Empty too for an account without a secret, which only the controller's identity opens. */
    @Override
    public Optional<Grant> grant(Wanted wanted) {
        return files.find(wanted.account()).flatMap(AccountFile::secret).map(secret -> Grant.of(secret, false));
    }
}
