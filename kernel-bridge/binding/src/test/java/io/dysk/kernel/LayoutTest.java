package io.dysk.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LayoutTest {

    @Test
    void textThatDoesNotFitWithItsNulIsRefusedNotCut() {
        Layout layout = new Layout("t");
        Layout.Text text = layout.text("name", 8);
        ByteBuffer memory = layout.allocate();
        text.set(memory, 0, "1234567");
        assertThat(text.get(memory, 0)).isEqualTo("1234567");
        assertThatThrownBy(() -> text.set(memory, 0, "12345678")).hasMessageContaining("at most 7");
        assertThatThrownBy(() -> text.set(memory, 0, "éééé")).hasMessageContaining("8 bytes");
    }

    @Test
    void textWithoutANulEndsWithItsArray() {
        Layout layout = new Layout("t");
        Layout.Text text = layout.text("name", 4);
        layout.u32("next");
        ByteBuffer memory = layout.allocate();
        memory.put(0, new byte[] {'a', 'b', 'c', 'd', 'X'});
        assertThat(text.get(memory, 0)).isEqualTo("abcd");
    }

    @Test
    void unsignedNumbersKeepAllTheirBits() {
        Layout layout = new Layout("t");
        Layout.U16 port = layout.u16("port");
        Layout.U32 seconds = layout.u32("seconds");
        ByteBuffer memory = layout.allocate();
        port.set(memory, 0, 65535);
        seconds.set(memory, 0, 0xffff_ffffL);
        assertThat(port.get(memory, 0)).isEqualTo(65535);
        assertThat(seconds.getUnsigned(memory, 0)).isEqualTo(0xffff_ffffL);
        assertThatThrownBy(() -> seconds.set(memory, 0, -1)).hasMessageContaining("32 bits");
        assertThatThrownBy(() -> port.set(memory, 0, 65536)).hasMessageContaining("16 bits");
    }

    @Test
    void fieldsAreAlignedAndTheEndIsPadded() {
        Layout layout = new Layout("t");
        layout.bytes("one", 1);
        assertThat(layout.u64("eight").offset()).isEqualTo(8);
        layout.u16("two");
        assertThat(layout.size()).isEqualTo(24);
    }
}
