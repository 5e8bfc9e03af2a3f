package io.dysk.rpc.server;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The calls that every caller begins with, made by the program itself before anybody can. A JVM's first call takes
 * many times as long as a later one, and some sidecars end when their first answer takes more than a second: on a node that is
 * busy while the program starts, that would be minutes of waiting until they are started again. None of these calls has an effect.
 */
final class FirstCalls {
    private static final Logger LOG = Logger.getLogger(FirstCalls.class.getName());
    private static final Set<String> METHODS = Set.of("GetPluginInfo", "GetPluginCapabilities", "ControllerGetCapabilities",
            "NodeGetCapabilities");
    private static final long PATIENCE_SECONDS = 30;

    private FirstCalls() {}

    /** Makes those that are served on this socket. One that fails is for a real caller to see. */
    static void make(SocketPath socket, List<BindableService> services) {
        try (SocketChannels client = SocketChannels.open(socket)) {
            services.stream().flatMap(service -> service.bindService().getServiceDescriptor().getMethods().stream())
                    .filter(method -> METHODS.contains(method.getBareMethodName()))
                    .forEach(method -> ClientCalls.blockingUnaryCall(client.channel(), method.toBuilder(new Bytes(), new Bytes()).build(),
                            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS), new byte[0]));
        } catch (StatusRuntimeException e) {
            LOG.log(Level.FINE, "a first call: " + e.getMessage());
        }
    }

    /** Messages as they are on the wire: no bytes are a message without a field that is set. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try (message) {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
