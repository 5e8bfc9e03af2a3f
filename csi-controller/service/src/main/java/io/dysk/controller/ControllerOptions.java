package io.dysk.controller;

import io.dysk.blob.BlobException;
import io.dysk.blob.ContainerName;
import io.dysk.controller.account.ConfiguredAccounts;
import io.dysk.controller.publish.DataPath;
import io.dysk.rpc.config.AccountFiles;
import io.dysk.rpc.config.ConfigurationException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The controller's own options, for {@code @Mixin}. */
final class ControllerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--accounts-dir", paramLabel = "DIR", defaultValue = "${env:DYSK_ACCOUNTS_DIR:-}",
            description = "Storage accounts of the driver's own: one .properties file each with accountname and accountkey, sas or"
                    + " identity=workload; also endpoint, sku, capacityGiB and topology.KEY=VALUE. Volumes can then be made and listed without"
                    + " secrets (DYSK_ACCOUNTS_DIR). Default: none, all calls carry secrets.")
    private String accountsDir;

    @Option(names = "--container", paramLabel = "NAME", defaultValue = "${env:DYSK_CONTAINER:-dysk-volumes}",
            description = "Container for volumes whose parameters name none (DYSK_CONTAINER). Default: dysk-volumes.")
    private String container;

    @Option(names = "--endpoint-suffix", paramLabel = "SUFFIX", defaultValue = "${env:DYSK_ENDPOINT_SUFFIX:-blob.core.windows.net}",
            description = "What follows an account's name in its host, where nothing else says the endpoint (DYSK_ENDPOINT_SUFFIX)."
                    + " Default: blob.core.windows.net.")
    private String endpointSuffix;

    @Option(names = "--plain-http", defaultValue = "${env:DYSK_PLAIN_HTTP:-false}",
            description = "Let nodes read and write volumes of https accounts over http, which the kernel module needs: only where the way to the"
                    + " account is private (DYSK_PLAIN_HTTP). Default: volumes of such accounts can't be published.")
    private boolean plainHttp;

    /** @throws ParameterException if something can't be: it is shown with the usage, and the program ends with 2 */
    ControllerSettings settings() {
        try {
            AccountFiles files = accountsDir.isBlank() ? AccountFiles.none() : AccountFiles.in(Path.of(accountsDir));
            return new ControllerSettings(new ConfiguredAccounts(files, endpointSuffix), new ContainerName(container), new DataPath(plainHttp));
        } catch (ConfigurationException | BlobException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }
}
