package io.dysk.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names declared in a C header: enough to ask the compiler about each of them. */
record CHeader(Map<String, List<String>> structs, Map<String, List<String>> enums, List<String> constants) {

    private static final Pattern STRUCT = Pattern.compile("struct (\\w+) \\{(.*?)\\n};", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("(\\w+)(?:\\[[^]]*])?;");
    private static final Pattern ENUM = Pattern.compile("enum (\\w+) \\{(.*?)\\n};", Pattern.DOTALL);
    private static final Pattern ENUMERATOR = Pattern.compile("(\\w+)\\s*=");
    private static final Pattern DEFINE = Pattern.compile("(?m)^#define\\s+(DYSK_\\w+)\\s");

    static CHeader read(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "");
        Map<String, List<String>> structs = blocks(STRUCT, MEMBER, text);
        Map<String, List<String>> enums = blocks(ENUM, ENUMERATOR, text);
        return new CHeader(structs, enums, matches(DEFINE, text));
    }

    /** Compiles and runs a program that includes {@code headers}, and returns the lines it prints as name and number. */
    static Map<String, Long> ask(Path dir, List<String> headers, Map<String, String> expressions) throws Exception {
        StringBuilder c = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n");
        headers.forEach(h -> c.append("#include ").append(h).append('\n'));
        c.append("int main(void)\n{\n");
        expressions.forEach((name, expression) -> c.append("\tprintf(\"%s %llu\\n\", \"" + name
                + "\", (unsigned long long)(" + expression + "));\n"));
        c.append("\treturn 0;\n}\n");
        Path source = Files.writeString(dir.resolve("ask.c"), c);
        String compiler = System.getenv().getOrDefault("CC", "cc");
        run(List.of(compiler, "-Wall", "-Werror", "-o", dir.resolve("ask").toString(), source.toString()));
        Map<String, Long> answers = new LinkedHashMap<>();
        run(List.of(dir.resolve("ask").toString())).lines().forEach(line -> {
            String[] parts = line.split(" ");
            answers.put(parts[0], Long.parseUnsignedLong(parts[1]));
        });
        return answers;
    }

    /** Fails, never skips, when there is no compiler. */
    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(command + " failed:\n" + output);
        }
        return output;
    }

    private static Map<String, List<String>> blocks(Pattern block, Pattern member, String text) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        Matcher matcher = block.matcher(text);
        while (matcher.find()) {
            found.put(matcher.group(1), matches(member, matcher.group(2)));
        }
        return found;
    }

    private static List<String> matches(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
