package io.dysk.csisuite;

import io.dysk.rpc.step.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A call that changes the world, for being cut off in its midst.
 *
 * @param name says which case of the call it is
 * @param prepare makes what the call needs; each time for volumes of another name, which it is given
 * @param call the call; made again after the program was ended, it must succeed
 * @param verify that the world is as the call says; then puts it back to what it was before prepare
 */
record Scenario(String name, Consumer<String> prepare, Consumer<String> call, Consumer<String> verify) {

    /** All steps of a program: the constants of the enums that its sealed interface permits. */
    static List<Step> stepsOf(Class<? extends Step> sealed) {
        List<Step> steps = new ArrayList<>();
        Stream.of(sealed.getPermittedSubclasses()).forEach(type -> Stream.of(type.getEnumConstants()).forEach(each -> steps.add((Step) each)));
        return steps;
    }
}
