package io.dysk.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The layout of one C structure: its fields in the order they are declared, each at its natural alignment, as the
 * structures of the ABI are. Declared once in static initialisers, then only read.
 */
final class Layout {

    private final String cName;
    private final List<Field> fields = new ArrayList<>();
    private int end;
    private int alignment = 1;

    Layout(String cName) {
        this.cName = cName;
    }

    U16 u16(String name) {
        return add(new U16(name, place(2, 2)));
    }

    U32 u32(String name) {
        return add(new U32(name, place(4, 4)));
    }

    U64 u64(String name) {
        return add(new U64(name, place(8, 8), 1));
    }

    U64 u64Array(String name, int count) {
        return add(new U64(name, place(8 * count, 8), count));
    }

    Text text(String name, int bytes) {
        return add(new Text(name, place(bytes, 1), bytes));
    }

    Bytes bytes(String name, int count) {
        return add(new Bytes(name, place(count, 1), count));
    }

    Array array(String name, Layout element, int count) {
        return add(new Array(name, place(element.size() * count, element.alignment), element.size(), count));
    }

    /** The structure's name in C, without "struct". */
    String cName() {
        return cName;
    }

    /** Size in bytes, with the padding at the end. */
    int size() {
        return align(end, alignment);
    }

    List<Field> fields() {
        return Collections.unmodifiableList(fields);
    }

    /** Zeroed native memory for one structure. */
    ByteBuffer allocate() {
        return allocate(1);
    }

    /** Zeroed native memory for an array of this structure. */
    ByteBuffer allocate(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(size(), count)).order(ByteOrder.nativeOrder());
    }

    private int place(int bytes, int align) {
        int offset = align(end, align);
        end = offset + bytes;
        alignment = Math.max(alignment, align);
        return offset;
    }

    private <F extends Field> F add(F field) {
        fields.add(field);
        return field;
    }

    private static int align(int offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }

    /** A field: where it lies and how many bytes it takes. */
    sealed interface Field {
        String name();

        int offset();

        int bytes();
    }

    record U16(String name, int offset) implements Field {
        @Override
        public int bytes() {
            return 2;
        }

        int get(ByteBuffer memory, int base) {
            return Short.toUnsignedInt(memory.getShort(base + offset));
        }

        void set(ByteBuffer memory, int base, int value) {
            if (value < 0 || value > 0xffff) {
                throw new IllegalArgumentException(name + " doesn't fit in 16 bits: " + value);
            }
            memory.putShort(base + offset, (short) value);
        }
    }

    record U32(String name, int offset) implements Field {
        @Override
        public int bytes() {
            return 4;
        }

        /** The value's 32 bits; numbers above 2^31-1 are negative here. */
        int get(ByteBuffer memory, int base) {
            return memory.getInt(base + offset);
        }

        long getUnsigned(ByteBuffer memory, int base) {
            return Integer.toUnsignedLong(get(memory, base));
        }

        void set(ByteBuffer memory, int base, long value) {
            if (value < 0 || value > 0xffff_ffffL) {
                throw new IllegalArgumentException(name + " doesn't fit in 32 bits: " + value);
            }
            memory.putInt(base + offset, (int) value);
        }
    }

    record U64(String name, int offset, int count) implements Field {
        @Override
        public int bytes() {
            return 8 * count;
        }

        long get(ByteBuffer memory, int base) {
            return memory.getLong(base + offset);
        }

        long[] getAll(ByteBuffer memory, int base) {
            long[] values = new long[count];
            for (int i = 0; i < count; i++) {
                values[i] = memory.getLong(base + offset + 8 * i);
            }
            return values;
        }

        void set(ByteBuffer memory, int base, long value) {
            memory.putLong(base + offset, value);
        }
    }

    /** NUL-terminated UTF-8 in an array of fixed size. */
    record Text(String name, int offset, int bytes) implements Field {
        String get(ByteBuffer memory, int base) {
            byte[] content = new byte[bytes];
            memory.get(base + offset, content);
            int length = 0;
            while (length < bytes && content[length] != 0) {
                length++;
            }
            return new String(content, 0, length, StandardCharsets.UTF_8);
        }

        /** Refuses what doesn't fit with its NUL, rather than cut it. */
        void set(ByteBuffer memory, int base, String value) {
            byte[] content = value.getBytes(StandardCharsets.UTF_8);
            if (content.length >= bytes) {
                throw new IllegalArgumentException(
                        name + " is too long: " + content.length + " bytes, at most " + (bytes - 1));
            }
            memory.put(base + offset, content);
            memory.put(base + offset + content.length, (byte) 0);
        }
    }

    record Bytes(String name, int offset, int bytes) implements Field {
        byte[] get(ByteBuffer memory, int base, int count) {
            byte[] content = new byte[count];
            memory.get(base + offset, content);
            return content;
        }

        void set(ByteBuffer memory, int base, byte[] content) {
            if (content.length > bytes) {
                throw new IllegalArgumentException(name + " is too long: " + content.length + " bytes");
            }
            memory.put(base + offset, content);
        }
    }

    record Array(String name, int offset, int elementSize, int count) implements Field {
        @Override
        public int bytes() {
            return elementSize * count;
        }

        /** Where element {@code i} starts. */
        int element(int base, int i) {
            return base + offset + elementSize * i;
        }
    }
}
