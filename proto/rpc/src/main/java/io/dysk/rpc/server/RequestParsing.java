package io.dysk.rpc.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.InputStream;

/**
 * Bytes that are no request are INVALID_ARGUMENT. Left to itself gRPC ends such a call as UNKNOWN, and past all interceptors: nothing
 * would be logged.
 */
final class RequestParsing {
    /** Between the parser and the listener, which gRPC calls one after the other in one thread. */
    private static final ThreadLocal<Boolean> MALFORMED = new ThreadLocal<>();

    private RequestParsing() {}

    /** The same service. */
    static ServerServiceDefinition checked(ServerServiceDefinition service) {
        ServerServiceDefinition.Builder checked = ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
        service.getMethods().forEach(method -> checked.addMethod(checked(method)));
        return checked.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> checked(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
        if (descriptor.getRequestMarshaller() instanceof PrototypeMarshaller<Q> marshaller) {
            descriptor = descriptor.toBuilder().setRequestMarshaller(new Checked<>(marshaller)).build();
        }
        return ServerMethodDefinition.create(descriptor, method.getServerCallHandler());
    }

    private record Checked<Q>(PrototypeMarshaller<Q> marshaller) implements Marshaller<Q> {
        @Override
        public InputStream stream(Q value) {
            return marshaller.stream(value);
        }

        @Override
        public Q parse(InputStream stream) {
            try {
                return marshaller.parse(stream);
            } catch (RuntimeException e) {
                MALFORMED.set(true);
                return marshaller.getMessagePrototype();
            }
        }
    }

    /** Refuses what was found to be no request; inside of all that looks at a call's end. */
    static final class Refusal implements ServerInterceptor {
        @Override
        public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                @Override
                public void onMessage(Q message) {
                    if (MALFORMED.get() == null) {
                        super.onMessage(message);
                        return;
                    }
                    MALFORMED.remove();
                    MethodDescriptor<Q, R> method = call.getMethodDescriptor();
                    call.close(Status.INVALID_ARGUMENT.withDescription("what came is no request for " + method.getBareMethodName()
                            + ": the caller and this driver don't speak the same version of " + method.getServiceName()), new Metadata());
                }
            };
        }
    }
}
