package io.dysk.rpc.log;

import io.dysk.rpc.step.Step;
import io.dysk.rpc.step.StepListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line for each step: after a crash the log says how far a call was. */
public final class StepLog implements StepListener {
    private static final Logger LOG = Logger.getLogger(StepLog.class.getName());

    @Override
    public void reached(Step step, String volume, Duration took) {
        LogRecord record = new LogRecord(Level.INFO, step.label());
        record.setLoggerName(LOG.getName());
        Map<String, Object> fields = new LinkedHashMap<>();
        // Those of the call's, but also where no call is: a step may belong to work at the program's start.
        fields.put("method", step.call());
        fields.put("volume", volume);
        fields.put("step", step.label());
        fields.put("duration_ms", took.toMillis());
        record.setParameters(new Object[] {new LogFields(fields)});
        LOG.log(record);
    }
}
