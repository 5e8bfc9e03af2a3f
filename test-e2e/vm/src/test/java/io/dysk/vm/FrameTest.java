package io.dysk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FrameTest {

    @Test
    void theBytesAreThoseOfTheContract() {
        byte[] bytes = new Frame(Frame.STDIN, 0x01020304, new byte[] {'a', 'b'}).encode().array();

        assertThat(bytes).containsExactly(7, 0, 0, 0, 2, 4, 3, 2, 1, 'a', 'b');
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        Frame frame = Frame.number(Frame.SIGNAL, 7, -2);

        assertThat(Frame.read(stream(frame.encode().array()))).isEqualTo(frame);
    }

    @Test
    void aLengthThatCannotBeIsRefused() {
        assertThatThrownBy(() -> Frame.read(stream(4, 0, 0, 0, 1, 0, 0, 0))).isInstanceOf(IOException.class)
                .hasMessageContaining("4 bytes");
        assertThatThrownBy(() -> Frame.read(stream(0, 0, 0, 0x7f))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Frame(Frame.STDIN, 1, new byte[Frame.MAX_DATA + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndOfThePortIsTold() {
        assertThatThrownBy(() -> Frame.read(stream())).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Frame.read(stream(5, 0, 0))).isInstanceOf(EOFException.class);
    }

    private static DataInputStream stream(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        return stream(array);
    }

    private static DataInputStream stream(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
