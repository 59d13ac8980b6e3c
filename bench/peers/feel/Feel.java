import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.dmn.engine.DmnDecisionResultEntries;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.camunda.bpm.dmn.feel.impl.scala.ScalaFeelEngine;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.feel.impl.JavaValueMapper;
import org.camunda.feel.syntaxtree.Val;
import org.camunda.feel.syntaxtree.ValBoolean;
import org.camunda.feel.syntaxtree.ValContext;
import org.camunda.feel.syntaxtree.ValDate;
import org.camunda.feel.syntaxtree.ValDateTime;
import org.camunda.feel.syntaxtree.ValDayTimeDuration;
import org.camunda.feel.syntaxtree.ValFunction;
import org.camunda.feel.syntaxtree.ValList;
import org.camunda.feel.syntaxtree.ValLocalDateTime;
import org.camunda.feel.syntaxtree.ValLocalTime;
import org.camunda.feel.syntaxtree.ValNull$;
import org.camunda.feel.syntaxtree.ValNumber;
import org.camunda.feel.syntaxtree.ValRange;
import org.camunda.feel.syntaxtree.ValString;
import org.camunda.feel.syntaxtree.ValTime;
import org.camunda.feel.syntaxtree.ValYearMonthDuration;
import org.camunda.feel.valuemapper.CustomValueMapper;
import org.camunda.feel.valuemapper.JavaCustomValueMapper;

/**
 * FEEL and decision tables as Camunda 7 evaluates them: a question a line on standard input, an answer a line on standard
 * output. The form of both is told in engine/expr/tests/support/differential/case.rs.
 */
public final class Feel {
  private static final Precise FEEL = new Precise();
  private static final ScalaFeelEngine TESTS = new ScalaFeelEngine(Collections.emptyList());
  private static final DmnEngine DMN = DmnEngineConfiguration.createDefaultDmnEngineConfiguration().buildEngine();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    // What libraries say must not come between the answers.
    System.setOut(System.err);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(answer(JsonParser.parseString(line).getAsJsonObject()));
      if (!in.ready()) {
        out.flush();
      }
    }
    out.flush();
  }

  private static JsonElement answer(JsonObject question) {
    try {
      VariableMap variables = Variables.createVariables();
      for (Map.Entry<String, JsonElement> entry : question.getAsJsonObject("variables").entrySet()) {
        variables.put(entry.getKey(), variable(entry.getValue()));
      }
      return switch (question.get("kind").getAsString()) {
        case "expression" -> told(FEEL.evaluateSimpleExpression(text(question), variables.asVariableContext()));
        case "tests" -> {
          variables.put("cellInput", variable(question.get("input")));
          yield new JsonPrimitive(TESTS.evaluateSimpleUnaryTests(text(question), "cellInput", variables.asVariableContext()));
        }
        default -> decided(question.get("dmn").getAsString(), variables);
      };
    } catch (Throwable failure) {
      return pair("error", new JsonPrimitive(words(failure)));
    }
  }

  private static String text(JsonObject question) {
    return question.get("text").getAsString();
  }

  private static String words(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    Throwable cause = failure.getCause();
    return cause == null || cause == failure ? message : message + " / " + words(cause);
  }

  /** A value of the process engine: of JSON where JSON tells its type, else {"Long": "1"}. */
  private static Object variable(JsonElement json) {
    if (json.isJsonNull()) {
      return null;
    }
    if (json.isJsonPrimitive()) {
      return json.getAsJsonPrimitive().isBoolean() ? (Object) json.getAsBoolean() : json.getAsString();
    }
    if (json.isJsonArray()) {
      List<Object> all = new ArrayList<>();
      json.getAsJsonArray().forEach(item -> all.add(variable(item)));
      return all;
    }
    Map.Entry<String, JsonElement> typed = json.getAsJsonObject().entrySet().iterator().next();
    JsonElement value = typed.getValue();
    return switch (typed.getKey()) {
      case "Short" -> Short.valueOf(value.getAsString());
      case "Integer" -> Integer.valueOf(value.getAsString());
      case "Long" -> Long.valueOf(value.getAsString());
      case "Double" -> Double.valueOf(value.getAsString());
      case "Date" -> new Date(Long.parseLong(value.getAsString()));
      case "Map" -> {
        Map<String, Object> all = new LinkedHashMap<>();
        value.getAsJsonObject().entrySet().forEach(entry -> all.put(entry.getKey(), variable(entry.getValue())));
        yield all;
      }
      default -> throw new IllegalArgumentException("a variable of type " + typed.getKey());
    };
  }

  private static JsonElement decided(String dmn, VariableMap variables) {
    List<DmnDecision> decisions =
        DMN.parseDecisions(new ByteArrayInputStream(dmn.getBytes(StandardCharsets.UTF_8)));
    DmnDecisionResult result = DMN.evaluateDecision(decisions.get(0), variables);
    JsonArray rules = new JsonArray();
    for (DmnDecisionResultEntries rule : result) {
      JsonObject outputs = new JsonObject();
      rule.getEntryMap().forEach((name, value) -> outputs.add(String.valueOf(name), plain(value)));
      rules.add(outputs);
    }
    return rules;
  }

  /** A value as it comes out of the decision engine. */
  private static JsonElement plain(Object value) {
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof String text) {
      return new JsonPrimitive(text);
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof List<?> items) {
      JsonArray all = new JsonArray();
      items.forEach(item -> all.add(plain(item)));
      return all;
    }
    if (value instanceof Map<?, ?> entries) {
      JsonObject all = new JsonObject();
      entries.forEach((name, inner) -> all.add(String.valueOf(name), plain(inner)));
      return pair("Map", all);
    }
    if (value instanceof Date date) {
      return pair("Date", new JsonPrimitive(String.valueOf(date.getTime())));
    }
    return pair(value.getClass().getSimpleName(), new JsonPrimitive(value.toString()));
  }

  private static JsonObject pair(String kind, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(kind, value);
    return object;
  }

  private static JsonElement told(Object value) {
    return ((Told) value).json;
  }

  /** A value of FEEL, with its kind. */
  private record Told(JsonElement json) {}

  /** Camunda's evaluator, but for what it makes of a result: that says too little of its kind. */
  private static final class Precise extends ScalaFeelEngine {
    Precise() {
      super(Collections.emptyList());
    }

    @Override
    protected camundajar.impl.scala.collection.immutable.List<CustomValueMapper> getValueMappers() {
      return toScalaList(new Kinds(), new JavaValueMapper());
    }
  }

  private static final class Kinds extends JavaCustomValueMapper {
    @Override
    public int priority() {
      return 1000;
    }

    @Override
    public Optional<Val> toValue(Object value, Function<Object, Val> inner) {
      return Optional.empty();
    }

    @Override
    public Optional<Object> unpackValue(Val value, Function<Val, Object> inner) {
      return Optional.of(new Told(json(value, inner)));
    }

    private static JsonElement json(Val value, Function<Val, Object> inner) {
      if (value instanceof ValNull$) {
        return JsonNull.INSTANCE;
      }
      if (value instanceof ValBoolean truth) {
        return new JsonPrimitive(truth.value());
      }
      if (value instanceof ValString text) {
        return new JsonPrimitive(text.value());
      }
      if (value instanceof ValNumber number) {
        BigDecimal exact = number.value().bigDecimal();
        return pair("number", new JsonPrimitive(exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toString()));
      }
      if (value instanceof ValList list) {
        JsonArray all = new JsonArray();
        camundajar.impl.scala.collection.Iterator<?> items = list.items().iterator();
        while (items.hasNext()) {
          all.add(told(inner.apply((Val) items.next())));
        }
        return all;
      }
      if (value instanceof ValContext context) {
        JsonObject all = new JsonObject();
        camundajar.impl.scala.collection.Iterator<?> entries =
            context.context().variableProvider().getVariables().iterator();
        while (entries.hasNext()) {
          camundajar.impl.scala.Tuple2<?, ?> entry = (camundajar.impl.scala.Tuple2<?, ?>) entries.next();
          Object inside = entry._2();
          all.add(String.valueOf(entry._1()), told(inner.apply(inside instanceof Val val ? val : FEEL_VALUES.toVal(inside))));
        }
        return pair("context", all);
      }
      String kind = "other";
      if (value instanceof ValDate) {
        kind = "date";
      } else if (value instanceof ValTime || value instanceof ValLocalTime) {
        kind = "time";
      } else if (value instanceof ValDateTime || value instanceof ValLocalDateTime) {
        kind = "date and time";
      } else if (value instanceof ValYearMonthDuration) {
        kind = "years and months";
      } else if (value instanceof ValDayTimeDuration) {
        kind = "days and time";
      } else if (value instanceof ValRange) {
        kind = "range";
      } else if (value instanceof ValFunction) {
        return pair("function", new JsonPrimitive(""));
      }
      return pair(kind, new JsonPrimitive(value.toString()));
    }
  }

  private static final org.camunda.feel.valuemapper.ValueMapper FEEL_VALUES =
      org.camunda.feel.FeelEngine.defaultValueMapper();
}
