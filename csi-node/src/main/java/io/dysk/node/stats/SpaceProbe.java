package io.dysk.node.stats;

import io.dysk.kernel.FileSystemSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks file systems for their space, each in a thread of its own, and waits only so long. While one doesn't answer it isn't asked again,
 * so that there is one stuck thread for it at most.
 */
public final class SpaceProbe {
    private final Function<Path, FileSystemSpace> question;
    private final Duration patience;
    private final Map<Path, CompletableFuture<FileSystemSpace>> underWay = new ConcurrentHashMap<>();

    public SpaceProbe(Function<Path, FileSystemSpace> question, Duration patience) {
        this.question = question;
        this.patience = patience;
    }

    /**
     * The space of the file system at a path.
     *
     * @return empty if it doesn't answer in time
     * @throws RuntimeException what the question throws
     */
    Optional<FileSystemSpace> of(Path path) {
        CompletableFuture<FileSystemSpace> answer = underWay.computeIfAbsent(path, this::ask);
        try {
            return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private CompletableFuture<FileSystemSpace> ask(Path path) {
        CompletableFuture<FileSystemSpace> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("space of " + path).start(() -> {
            try {
                FileSystemSpace space = question.apply(path);
                underWay.remove(path);
                answer.complete(space);
            } catch (RuntimeException | Error e) {
                underWay.remove(path);
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
