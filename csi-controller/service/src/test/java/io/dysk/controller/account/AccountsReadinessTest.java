package io.dysk.controller.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.dysk.blob.ContainerName;
import io.dysk.rpc.config.AccountFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class AccountsReadinessTest {
    @TempDir
    private Path folder;

    private final CountDownLatch answers = new CountDownLatch(1);
    private HttpServer account;

    @BeforeEach
    void start() throws IOException {
        account = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        account.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        account.createContext("/", exchange -> {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            exchange.getResponseHeaders().set("x-ms-error-code", "AuthenticationFailed");
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        account.start();
    }

    @AfterEach
    void stop() {
        answers.countDown();
        account.stop(0);
    }

    private AccountsReadiness readiness() throws IOException {
        return new AccountsReadiness(new ConfiguredAccounts(AccountFiles.in(folder), "blob.core.windows.net"), new ContainerName("disks"));
    }

    @Test
    void without_accounts_it_is_ready_at_once() throws IOException {
        assertThat(readiness().check()).isTrue();
    }

    @Test
    void an_account_that_takes_its_time_is_not_known_yet_and_its_answer_counts_when_it_comes() throws IOException {
        Files.writeString(folder.resolve("acme.properties"),
                "accountname=acme\naccountkey=c2VjcmV0\nendpoint=http://127.0.0.1:" + account.getAddress().getPort() + "/acme\n");
        AccountsReadiness readiness = readiness();
        assertThat(readiness.check()).isFalse();
        answers.countDown();
        assertThatThrownBy(readiness::check).hasMessageContaining("no storage account can be used").hasMessageContaining("account acme");
    }
}
