package io.dysk.rpc.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The taints of a Node object, found in its JSON. A text in there that looks like taints, such as an annotation with an earlier form of
 * the object, has its quotes escaped and is not taken for them.
 */
public final class NodeTaints {
    private static final Pattern TAINTS = Pattern.compile("\"taints\"\\s*:\\s*\\[([^\\]]*)\\]");
    private static final Pattern TAINT = Pattern.compile("\\{[^}]*\\}");
    private static final Pattern KEY = Pattern.compile("\"key\"\\s*:\\s*\"([^\"]*)\"");

    private NodeTaints() {}

    /** Their keys, in the order in which they are in {@code /spec/taints}. */
    public static List<String> keys(String node) {
        Matcher list = TAINTS.matcher(node);
        List<String> keys = new ArrayList<>();
        if (list.find()) {
            Matcher taint = TAINT.matcher(list.group(1));
            while (taint.find()) {
                Matcher key = KEY.matcher(taint.group());
                keys.add(key.find() ? key.group(1) : "");
            }
        }
        return keys;
    }

    /** The path of a Node object in the API. */
    public static String path(String name) {
        return "/api/v1/nodes/" + name;
    }
}
