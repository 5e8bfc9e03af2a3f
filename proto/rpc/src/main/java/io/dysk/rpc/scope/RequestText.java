package io.dysk.rpc.scope;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/** A request as one line for the log: all of it but what is secret. Of a secret map the keys are shown. */
final class RequestText {
    private static final String STRIPPED = "***";
    private static final int LONGEST_VALUE = 512;
    /** The first of them that a request has says what it is about. */
    private static final List<String> SUBJECTS = List.of("volume_id", "snapshot_id", "name", "source_volume_id");

    private RequestText() {}

    static String volume(Message request) {
        for (String name : SUBJECTS) {
            FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
            if (field != null && !field.isRepeated() && request.getField(field) instanceof String text && !text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    static String of(Message message) {
        StringBuilder text = new StringBuilder();
        fields(message, text);
        return text.toString();
    }

    private static void fields(Message message, StringBuilder text) {
        String separator = "";
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            text.append(separator).append(field.getName()).append('=');
            separator = " ";
            if (field.isRepeated()) {
                list(field, (List<?>) entry.getValue(), text);
            } else if (SecretFields.isSecret(field)) {
                text.append(STRIPPED);
            } else {
                value(entry.getValue(), text);
            }
        }
    }

    private static void list(FieldDescriptor field, List<?> values, StringBuilder text) {
        text.append(field.isMapField() ? '{' : '[');
        String separator = "";
        for (Object each : values) {
            text.append(separator);
            separator = ", ";
            if (each instanceof MapEntry<?, ?> pair) {
                value(pair.getKey(), text);
                text.append('=');
                boolean hidden = SecretFields.isSecret(field) || SecretFields.isSecretKey(String.valueOf(pair.getKey()));
                value(hidden ? STRIPPED : pair.getValue(), text);
            } else {
                value(SecretFields.isSecret(field) ? STRIPPED : each, text);
            }
        }
        text.append(field.isMapField() ? '}' : ']');
    }

    private static void value(Object value, StringBuilder text) {
        switch (value) {
            case Message message -> {
                text.append('(');
                fields(message, text);
                text.append(')');
            }
            case ByteString bytes -> text.append(bytes.size()).append(" bytes");
            case String string when string.length() > LONGEST_VALUE -> text.append(string, 0, LONGEST_VALUE).append("...");
            default -> text.append(value);
        }
    }
}
