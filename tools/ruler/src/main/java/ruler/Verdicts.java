package ruler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.Patterns;

/** Asks the matcher of EventBridge: a line {"pattern", "event"} of JSON texts in, a line with the verdict out. */
public final class Verdicts {
  public static void main(String[] files) throws Exception {
    // What only looks like an address must not become a question to a name server.
    System.setProperty("jdk.net.hosts.file", "none");
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader pairs = Files.newBufferedReader(Path.of(files[0]));
        PrintWriter verdicts = new PrintWriter(Files.newBufferedWriter(Path.of(files[1])))) {
      for (String line = pairs.readLine(); line != null; line = pairs.readLine()) {
        JsonNode pair = mapper.readTree(line);
        verdicts.println(verdict(pair.get("pattern").asText(), pair.get("event").asText()));
      }
    }
  }

  /**
   * The compiler is asked by name: Machine.addRule takes a malformed $or for a field, which hides what is wrong.
   *
   * With alternatives, a text and a range across zero on one path the verdict of 2.1.0 changes from one machine to the next: hence more than one is asked.
   */
  private static String verdict(String pattern, String event) throws Exception {
    List<Map<String, List<Patterns>>> rules;
    try {
      rules = JsonRuleCompiler.compile(pattern);
      machine(rules);
    } catch (Exception rejection) {
      return "rejected " + String.valueOf(rejection.getMessage()).lines().findFirst().orElse("");
    }
    boolean matched = matches(rules, event);
    for (int again = 0; rules.size() > 1 && again < 20; again++) {
      if (matches(rules, event) != matched) {
        return "unsteady";
      }
    }
    return String.valueOf(matched);
  }

  private static boolean matches(List<Map<String, List<Patterns>>> rules, String event) throws Exception {
    return !machine(rules).rulesForJSONEvent(event).isEmpty();
  }

  private static Machine machine(List<Map<String, List<Patterns>>> rules) {
    Machine machine = Machine.builder().build();
    rules.forEach(rule -> machine.addPatternRule("rule", rule));
    return machine;
  }
}
