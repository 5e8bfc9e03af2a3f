package io.dysk.ctl;

/**
 * What one check of the doctor found.
 *
 * @param result how bad it is
 * @param check what was looked at
 * @param detail what was seen
 * @param advice what to do; empty if all is well
 */
record Finding(Result result, String check, String detail, String advice) {

    enum Result {
        OK,
        WARNING,
        PROBLEM,
        /** Couldn't be looked at. */
        SKIPPED
    }

    static Finding ok(String check, String detail) {
        return new Finding(Result.OK, check, detail, "");
    }

    static Finding warning(String check, String detail, String advice) {
        return new Finding(Result.WARNING, check, detail, advice);
    }

    static Finding problem(String check, String detail, String advice) {
        return new Finding(Result.PROBLEM, check, detail, advice);
    }

    static Finding skipped(String check, String why) {
        return new Finding(Result.SKIPPED, check, why, "");
    }
}
