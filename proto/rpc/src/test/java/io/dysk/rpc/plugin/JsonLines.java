package io.dysk.rpc.plugin;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import java.util.List;

/** A log in lines of JSON, read strictly. */
public final class JsonLines {
    private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

    private JsonLines() {}

    public static List<JsonObject> parse(String log) {
        return log.lines().map(line -> STRICT.fromJson(line, JsonObject.class)).toList();
    }
}
