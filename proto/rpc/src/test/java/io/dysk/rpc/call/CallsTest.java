package io.dysk.rpc.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.io.UncheckedIOException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallsTest {
    /** Keeps what it is told. */
    private static final class Observer implements StreamObserver<String> {
        final List<String> answers = new ArrayList<>();
        Status status;

        @Override
        public void onNext(String answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            assertThat(status).isNull();
            status = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            assertThat(status).isNull();
            status = Status.OK;
        }
    }

    private final Calls calls = new Calls(exception -> exception instanceof UncheckedIOException
            ? Optional.of(RpcFailure.unavailable("the service doesn't answer; try again")) : Optional.empty());
    private final Observer observer = new Observer();

    private void answerWith(RuntimeException failure, String subject) {
        calls.answer(observer, subject, () -> {
            throw failure;
        });
        assertThat(observer.answers).isEmpty();
    }

    @Test
    void what_nobody_expected_is_INTERNAL_and_does_not_say_what_the_exception_says() {
        answerWith(new IllegalStateException("key=abc"), "volume a/b/c");
        assertThat(observer.status.getCode()).isEqualTo(Code.INTERNAL);
        assertThat(observer.status.getDescription()).startsWith("volume a/b/c: ").contains("IllegalStateException").doesNotContain("key=abc");
        assertThat(observer.status.getCause()).isNull();
    }

    @Test
    void a_librarys_exception_is_what_the_program_maps_it_to() {
        answerWith(new UncheckedIOException(new IOException("reset")), "volume a/b/c");
        assertThat(observer.status.getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(observer.status.getDescription()).isEqualTo("volume a/b/c: the service doesn't answer; try again");
    }

    @Test
    void a_failure_that_names_the_volume_does_not_name_it_twice() {
        answerWith(RpcFailure.notFound("there is no volume a/b/c"), "volume a/b/c");
        assertThat(observer.status.getDescription()).isEqualTo("there is no volume a/b/c");
    }

    @Test
    void a_failure_about_nothing() {
        answerWith(RpcFailure.invalidArgument("no name given"), "");
        assertThat(observer.status.getDescription()).isEqualTo("no name given");
    }

    @Test
    void a_stream_that_breaks_ends_with_the_failure() {
        calls.stream(observer, "", out -> {
            out.onNext("first");
            throw RpcFailure.aborted("the list has changed; begin again");
        });
        assertThat(observer.answers).containsExactly("first");
        assertThat(observer.status.getCode()).isEqualTo(Code.ABORTED);
    }

    @Test
    void one_answer_and_the_end() {
        calls.answer(observer, "", () -> "answer");
        assertThat(observer.answers).containsExactly("answer");
        assertThat(observer.status).isEqualTo(Status.OK);
    }

    @Test
    void a_failure_without_a_message_can_not_be_made() {
        assertThatThrownBy(() -> RpcFailure.notFound(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RpcFailure.of(Code.OK, "fine", null)).isInstanceOf(IllegalArgumentException.class);
    }
}
