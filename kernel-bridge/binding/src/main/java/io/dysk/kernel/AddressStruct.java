package io.dysk.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** {@code struct dysk_addr}. */
final class AddressStruct {

    static final Layout LAYOUT = new Layout("dysk_addr");
    static final Layout.U16 FAMILY = LAYOUT.u16("family");
    static final Layout.U16 PORT = LAYOUT.u16("port");
    static final Layout.U32 SCOPE_ID = LAYOUT.u32("scope_id");
    static final Layout.Bytes ADDR = LAYOUT.bytes("addr", 16);

    private AddressStruct() {}

    static void writeAll(ByteBuffer memory, Layout.Array array, List<EndpointAddress> addresses) {
        for (int i = 0; i < addresses.size(); i++) {
            write(memory, array.element(0, i), addresses.get(i));
        }
    }

    /** The first {@code count} entries that this program understands. */
    static List<EndpointAddress> readAll(ByteBuffer memory, int base, Layout.Array array, int count) {
        List<EndpointAddress> addresses = new ArrayList<>();
        for (int i = 0; i < Math.min(count, array.count()); i++) {
            int element = array.element(base, i);
            if (PORT.get(memory, element) != 0) {
                addresses.add(read(memory, element));
            }
        }
        return addresses;
    }

    private static void write(ByteBuffer memory, int base, EndpointAddress address) {
        FAMILY.set(memory, base, address.isIpv6() ? 6 : 4);
        PORT.set(memory, base, address.port());
        ADDR.set(memory, base, address.address().getAddress());
        if (address.address() instanceof Inet6Address six) {
            SCOPE_ID.set(memory, base, six.getScopeId());
        }
    }

    private static EndpointAddress read(ByteBuffer memory, int base) {
        try {
            InetAddress address;
            if (FAMILY.get(memory, base) == 6) {
                int scope = SCOPE_ID.get(memory, base);
                byte[] bytes = ADDR.get(memory, base, 16);
                address = scope == 0
                        ? InetAddress.getByAddress(bytes)
                        : Inet6Address.getByAddress(null, bytes, scope);
            } else {
                address = InetAddress.getByAddress(ADDR.get(memory, base, 4));
            }
            return new EndpointAddress(address, PORT.get(memory, base));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses of 4 and 16 bytes are always taken", e);
        }
    }
}
