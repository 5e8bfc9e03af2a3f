package io.dysk.controller;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.controller.account.ConfiguredAccounts;
import io.dysk.controller.publish.DataPath;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import io.dysk.rpc.config.Option;
import io.dysk.rpc.config.Options;

/** The controller's own options. */
final class ControllerOptions {
    private final Option accountsDir;
    private final Option container;
    private final Option endpointSuffix;
    private final Option plainHttp;

    /** Adds them. */
    ControllerOptions(Options options) {
        accountsDir = options.option("--accounts-dir", "DIR", "", "Storage accounts of the driver's own: one .properties file each with accountname"
                + " and accountkey, sas or identity=workload; also endpoint, sku, capacityGiB and topology.KEY=VALUE. Volumes can then be made and"
                + " listed without secrets; without it all calls carry secrets.");
        container = options.option("--container", "NAME", "dysk-volumes", "Container for volumes whose parameters name none.");
        endpointSuffix = options.option("--endpoint-suffix", "SUFFIX", "blob.core.windows.net",
                "What follows an account's name in its host, where nothing else says the endpoint.");
        plainHttp = options.flag("--plain-http", "Let nodes read and write volumes of https accounts over http, which the kernel module needs: only"
                + " where the way to the account is private. Without it, volumes of such accounts can't be published.");
    }

    /** @throws ConfigurationException if something can't be, naming it */
    ControllerSettings settings() {
        try {
            AccountFiles files = accountsDir.given().isEmpty() ? AccountFiles.none() : AccountFiles.in(accountsDir.path());
            return new ControllerSettings(new ConfiguredAccounts(files, endpointSuffix.text()), new ContainerName(container.text()),
                    new DataPath(plainHttp.on()));
        } catch (BlobException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }
}
