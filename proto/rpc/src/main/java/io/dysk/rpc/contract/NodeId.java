package io.dysk.rpc.contract;

import io.dysk.rpc.call.RpcFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A node, as its plugin names it to Kubernetes: the node's name, a tilde, and eight digits computed from the name. The digits tell an id
 * that a plugin of ours gave from any other text, so a volume isn't leased to a node that can't be one of ours.
 *
 * @param name the node's name: 1 to 200 visible ASCII characters other than the tilde
 */
public record NodeId(String name) {
    private static final int MAX_CHARACTERS = 200;

    /** @throws IllegalArgumentException if it can't be a node's name */
    public NodeId {
        if (name.isEmpty() || name.length() > MAX_CHARACTERS || !visible(name)) {
            throw new IllegalArgumentException("a node's name has 1 to " + MAX_CHARACTERS + " visible ASCII characters without '~', unlike '" + name
                    + "'");
        }
    }

    private static boolean visible(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) >= '~') {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads an id.
     *
     * @throws RpcFailure NOT_FOUND if no node plugin of this driver gave it
     */
    public static NodeId parse(String id) {
        int tilde = id.lastIndexOf('~');
        try {
            NodeId node = new NodeId(tilde < 0 ? "" : id.substring(0, tilde));
            if (node.toString().equals(id)) {
                return node;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw RpcFailure.notFound("node '" + id + "' has no node plugin of this driver; ids of nodes are what NodeGetInfo says there");
    }

    /** The id: at most 209 bytes. */
    @Override
    public String toString() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(("csi-dysk node " + name).getBytes(StandardCharsets.US_ASCII));
            return name + '~' + HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
