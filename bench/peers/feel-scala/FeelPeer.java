import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;

/**
 * feel-scala, and Camunda 7's DMN engine on it, as `cargo xtask bench feel` drives them; `engine/expr/examples/bench_feel.rs` says
 * what the lines mean.
 */
public class FeelPeer {
    static final String EXPRESSION = "amount * 2 > 30 and starts with(name, \"a\")";
    /** Inputs of each case, taken in turn. */
    static final int INPUTS = 16;
    /** What was found, so that no compiler leaves it out. */
    static volatile Object found;

    static IntFunction<Object> expression() {
        FeelEngineApi engine = FeelEngineBuilder.forJava().build();
        var parsed = engine.parseExpression(EXPRESSION).parsedExpression();
        List<Map<String, Object>> inputs = new ArrayList<>();
        for (int input = 8; input < 8 + INPUTS; input++) {
            inputs.add(Map.of("amount", (long) input, "name", input % 3 == 0 ? "anna" : "bert"));
        }
        return input -> engine.evaluate(parsed, inputs.get(input)).result();
    }

    static IntFunction<Object> table(String name, Path file) throws Exception {
        var configuration = new DefaultDmnEngineConfiguration();
        configuration.setDefaultInputExpressionExpressionLanguage("feel");
        configuration.setDefaultInputEntryExpressionLanguage("feel");
        configuration.setDefaultOutputEntryExpressionLanguage("feel");
        DmnEngine engine = configuration.buildEngine();
        DmnDecision decision;
        try (var stream = Files.newInputStream(file)) {
            decision = engine.parseDecision("pick", stream);
        }
        List<Map<String, Object>> inputs = new ArrayList<>();
        for (int input = 0; input < INPUTS; input++) {
            boolean isSmall = name.equals("table-20");
            String category = isSmall ? "c" + input % 5 : "k" + (input * 625 + 7) % 10_000;
            inputs.add(Map.of("category", category, "amount", isSmall ? 50L + input / 5 * 100 : 50L));
        }
        return input -> engine.evaluateDecisionTable(decision, inputs.get(input)).getFirstResult().getFirstEntry();
    }

    /** Evaluations, and how many nanoseconds they took. */
    static String measured(IntFunction<Object> evaluate, long nanoseconds) {
        long begin = System.nanoTime();
        long evaluations = 0;
        while (System.nanoTime() - begin < nanoseconds) {
            for (int input = 0; input < INPUTS; input++) {
                found = evaluate.apply(input);
                evaluations++;
                // Where one takes long it is looked at the clock after each.
                if (evaluations < 64 && System.nanoTime() - begin >= nanoseconds) {
                    break;
                }
            }
        }
        return evaluations + " " + (System.nanoTime() - begin);
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, IntFunction<Object>> cases = new HashMap<>();
        cases.put("expression", expression());
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            cases.put(parts[0], table(parts[0], Path.of(parts[1])));
        }
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            IntFunction<Object> evaluate = cases.get(words[1]);
            if (words[0].equals("run")) {
                System.out.println(measured(evaluate, Long.parseLong(words[2]) * 1_000_000));
                continue;
            }
            List<String> all = new ArrayList<>();
            for (int input = 0; input < INPUTS; input++) {
                all.add(String.valueOf(evaluate.apply(input)));
            }
            System.out.println(String.join(",", all));
        }
    }
}
