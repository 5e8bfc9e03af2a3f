package io.dysk.vm;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A test, or a class of them, that says nothing on a kernel that checks each access to its memory ({@link KernelConfig#isSlow()}), or can't end
 * there. It is left out then, before its machine boots, and the report says why.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NeedsFastKernel.Condition.class)
public @interface NeedsFastKernel {

    /** Why. */
    String value();

    /** Asked by JUnit before it makes anything. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), NeedsFastKernel.class)
                    .map(needs -> on(VmSpec.defaultKernel(), KernelConfig.ofDefault(), needs.value()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("any kernel will do"));
        }

        static ConditionEvaluationResult on(String kernel, KernelConfig config, String why) {
            return config.isSlow() ? ConditionEvaluationResult.disabled("kernel " + kernel + " is slow: " + why)
                    : ConditionEvaluationResult.enabled("kernel " + kernel + " is fast enough");
        }
    }
}
