package io.dysk.csisuite.guest;

import io.dysk.controller.ControllerMain;

/** The controller as it is, but that a test sees its steps and may end it at one. */
public final class EndingController {
    private EndingController() {
    }

    public static void main(String[] args) {
        StepFolder steps = StepFolder.given();
        System.exit(ControllerMain.run(args, own -> own.and(steps)));
    }
}
