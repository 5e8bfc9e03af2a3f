package io.dysk.csisuite.guest;

import io.dysk.node.NodeMain;

/** The node plugin as it is, but that a test sees its steps and may end it at one. */
public final class EndingNode {
    private EndingNode() {
    }

    public static void main(String[] args) {
        StepFolder steps = StepFolder.given();
        System.exit(NodeMain.run(args, own -> own.and(steps)));
    }
}
