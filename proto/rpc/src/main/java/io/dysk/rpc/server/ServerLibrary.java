package io.dysk.rpc.server;

/** How the gRPC library is set up before its first class is loaded: pure Java, so nothing is unpacked into a temporary folder and run. */
final class ServerLibrary {
    private static final String NETTY = "io.grpc.netty.shaded.io.netty.";

    private ServerLibrary() {}

    static void prepare() {
        preset(NETTY + "transport.noNative", "true");
        preset(NETTY + "handler.ssl.noOpenSsl", "true");
        // Its events for Java's flight recorder, which nobody looks at, load the recorder.
        preset(NETTY + "jfr.enabled", "false");
        // Buffers: few connections, small messages. One arena of a megabyte instead of several of four.
        preset(NETTY + "allocator.numHeapArenas", "1");
        preset(NETTY + "allocator.numDirectArenas", "1");
        preset(NETTY + "allocator.pageSize", "4096");
        preset(NETTY + "allocator.maxOrder", "6");
    }

    private static void preset(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
