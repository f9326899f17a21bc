// Asks a Gongxin platform for a credit check from Java (11 or newer; nothing but the JDK).
//
//   java GongxinClient.java check USCC MATTER PURPOSE CASE
//   java GongxinClient.java outcome CHECK_NO OUTCOME [MEASURE]
//   java GongxinClient.java webhook SECRET ID TIMESTAMP SIGNATURES < body
//
// GONGXIN_URL, GONGXIN_CLIENT and GONGXIN_SECRET name the platform and who asks, GONGXIN_TIMEOUT the
// milliseconds that a request may take. An outage of the platform, whatever it is, is "unknown" and
// never bad: the case goes on without an answer.

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class GongxinClient {
    static final long TIMEOUT = // milliseconds for one request
        Long.parseLong(System.getenv().getOrDefault("GONGXIN_TIMEOUT", "10000"));
    static final long PATIENCE = 2 * TIMEOUT; // for a call with all that is sent again
    static final int ATTEMPTS = 3;
    static final String PROBLEMS = "/api/v1/problems/";
    static final Set<String> NOT_CHECKED =
        Set.of("check-person", "check-no-code", "check-one-person", "check-archive-only");
    static final List<String> PARTS =
        List.of("facts", "list_entries", "measures", "incentives", "objections");

    /** The caller's own mistake: sending it again would not help. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        public final String problem;

        Refused(String problem, Object detail) {
            super(problem + ": " + detail);
            this.problem = problem;
        }
    }

    /** There is no answer; nothing is known, and nothing bad follows. */
    public static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;
        final Long again; // milliseconds after which to ask again, null: no use

        Unavailable(String why, Long again) {
            super(why);
            this.again = again;
        }
    }

    private final String url;
    private final String basic;
    private final HttpClient http;
    private String token = "";
    private long tokenUntil;

    public GongxinClient(String url, String id, String secret) {
        URI parsed = URI.create(url);
        boolean here = Set.of("127.0.0.1", "[::1]", "localhost").contains(parsed.getHost());
        if (!"https".equals(parsed.getScheme()) && !("http".equals(parsed.getScheme()) && here)) {
            throw new IllegalArgumentException("http would send the secret unencrypted; use https");
        }
        this.url = url.replaceAll("/+$", "");
        byte[] shown = (id + ":" + secret).getBytes(StandardCharsets.UTF_8);
        this.basic = "Basic " + Base64.getEncoder().encodeToString(shown);
        this.http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(TIMEOUT))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    }

    /** Returns the answer, or {status: refused | unknown, why}; none of them decides. */
    public Map<String, Object> check(String uscc, String matter, String purpose, String caseNo)
            throws Refused, InterruptedException {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("uscc", uscc);
        asked.put("matter", matter);
        asked.put("purpose", purpose);
        asked.put("case_no", caseNo);
        try {
            Map<String, Object> answer =
                object(send("/checks", asked, UUID.randomUUID().toString()));
            boolean known = List.of("facts", "neutral").contains(answer.get("status"));
            boolean same = List.of("uscc", "matter", "purpose").stream()
                .allMatch(name -> asked.get(name).equals(answer.get(name)));
            boolean whole = PARTS.stream().allMatch(name -> answer.get(name) instanceof List);
            return known && same && whole ? answer : told("unknown", "nonsense");
        } catch (Unavailable error) {
            return told("unknown", error.getMessage());
        } catch (Refused error) {
            if (NOT_CHECKED.contains(error.problem)) {
                return told("refused", error.problem);
            }
            throw error;
        }
    }

    /** Reports what became of the case; a worse outcome names a measure of that very answer. */
    public Map<String, Object> reportOutcome(String checkNo, String outcome, String measure)
            throws Refused, Unavailable, InterruptedException {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("outcome", outcome);
        if (!measure.isEmpty()) {
            said.put("measure", measure);
        }
        String number = URLEncoder.encode(checkNo, StandardCharsets.UTF_8);
        return object(send("/checks/" + number + "/outcome", said, ""));
    }

    private Object send(String path, Map<String, Object> body, String key)
            throws Refused, Unavailable, InterruptedException {
        long until = now() + PATIENCE;
        for (boolean renewed = false; ; renewed = true) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Authorization", "Bearer " + token(until));
            headers.put("Content-Type", "application/json");
            if (!key.isEmpty()) { // the same key, however often it is sent: one check
                headers.put("Idempotency-Key", '"' + key + '"');
            }
            try {
                return patiently(path, headers, Json.write(body), until);
            } catch (Refused error) {
                if (renewed || !error.problem.equals("unauthenticated")) {
                    throw error;
                }
                token = ""; // it ended early
            }
        }
    }

    private String token(long until) throws Refused, Unavailable, InterruptedException {
        if (!token.isEmpty() && now() < tokenUntil) {
            return token;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", basic);
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        String form = "grant_type=client_credentials&scope=check";
        Map<String, Object> found = object(patiently("/token", headers, form, until));
        Object text = found.get("access_token");
        Object life = found.get("expires_in");
        if (!(text instanceof String) || !((String) text).matches("[\\x21-\\x7e]+")
                || !(life instanceof Number)) {
            throw new Unavailable("nonsense", null);
        }
        token = (String) text;
        tokenUntil = now() + Math.max(0, ((Number) life).longValue() - 30) * 1000;
        return token;
    }

    /** Sends, and again after what passes by itself, as long as the patience lasts. */
    private Object patiently(String path, Map<String, String> headers, String body, long until)
            throws Refused, Unavailable, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(path, headers, body, until);
            } catch (Unavailable error) {
                if (error.again == null || attempt == ATTEMPTS) {
                    throw error;
                }
                double spread = 0.5 + Math.random() / 2;
                long pause = error.again >= 0 ? error.again : (long) (200 * (1 << attempt) * spread);
                if (now() + pause >= until) {
                    throw error;
                }
                Thread.sleep(pause);
            }
        }
    }

    private Object once(String path, Map<String, String> headers, String body, long until)
            throws Refused, Unavailable, InterruptedException {
        long left = Math.max(1, Math.min(TIMEOUT, until - now()));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
            .timeout(Duration.ofMillis(left))
            .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        CompletableFuture<HttpResponse<String>> coming =
            http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> answer;
        try {
            answer = coming.get(left, TimeUnit.MILLISECONDS); // the body as well
        } catch (TimeoutException error) {
            coming.cancel(true);
            throw new Unavailable("slow", -1L);
        } catch (ExecutionException error) {
            boolean slow = error.getCause() instanceof HttpTimeoutException;
            throw new Unavailable(slow ? "slow" : "no_connection", -1L);
        }
        return understood(answer);
    }

    private static Object understood(HttpResponse<String> answer) throws Refused, Unavailable {
        Object value = Json.read(answer.body());
        int status = answer.statusCode();
        if (status == 200) {
            if (value == null) {
                throw new Unavailable("nonsense", null);
            }
            return value;
        }
        // Only the platform's own words are a refusal; those of a proxy on the way are none.
        String media = answer.headers().firstValue("content-type").orElse("").split(";")[0].trim();
        Object type = object(value).get("type");
        boolean own = media.equals("application/problem+json")
            && type instanceof String && ((String) type).startsWith(PROBLEMS);
        String problem = own ? ((String) type).substring(PROBLEMS.length()) : "";
        if (status == 429 || status >= 500) {
            boolean again = !problem.equals("quota") && List.of(429, 502, 503, 504).contains(status);
            String wait = answer.headers().firstValue("retry-after").orElse("");
            long pause = wait.matches("[0-9]{1,6}") ? Long.parseLong(wait) * 1000 : -1;
            throw new Unavailable(own ? problem : "outage", again ? pause : null);
        }
        if (!own) {
            throw new Unavailable("nonsense", null);
        }
        throw new Refused(problem, object(value).get("detail"));
    }

    /** Tells whether a call is the platform's webhook, whole and of now (Standard Webhooks). */
    public static boolean isWebhook(
            String secret, String id, String timestamp, String signatures, byte[] body)
            throws GeneralSecurityException {
        long at = System.currentTimeMillis() / 1000;
        if (!timestamp.matches("[0-9]{1,12}") || Math.abs(at - Long.parseLong(timestamp)) > 300) {
            return false;
        }
        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        if (key.length < 24) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = Base64.getEncoder().encode(mac.doFinal(body));
        boolean good = false;
        for (String one : signatures.split(" ")) {
            byte[] given = one.replaceFirst("^v1,", "").getBytes(StandardCharsets.UTF_8);
            good |= one.startsWith("v1,") && MessageDigest.isEqual(given, expected);
        }
        return good;
    }

    public static void main(String[] said) throws Exception {
        try {
            System.out.println(Json.write(run(said)));
        } catch (Refused | Unavailable error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }

    private static Object run(String[] said) throws Exception {
        if (said[0].equals("webhook")) {
            byte[] body = System.in.readAllBytes();
            return Map.of("good", isWebhook(said[1], said[2], said[3], said[4], body));
        }
        Map<String, String> env = System.getenv();
        GongxinClient client = new GongxinClient(
            env.get("GONGXIN_URL"), env.get("GONGXIN_CLIENT"), env.get("GONGXIN_SECRET"));
        if (said[0].equals("outcome")) {
            return client.reportOutcome(said[1], said[2], said.length > 3 ? said[3] : "");
        }
        return client.check(said[1], said[2], said[3], said[4]);
    }

    private static Map<String, Object> told(String status, String why) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("status", status);
        found.put("why", why);
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    /** As much JSON as is needed here; a system that has a library of its own uses that. */
    static final class Json {
        private static final int DEEPEST = 64;
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** Returns maps, lists, texts, numbers and truth values; null for what is no JSON. */
        static Object read(String text) {
            Json reader = new Json(text);
            try {
                Object value = reader.value(0);
                reader.blanks();
                return reader.at == text.length() ? value : null;
            } catch (IllegalArgumentException | IndexOutOfBoundsException error) {
                return null;
            }
        }

        static String write(Object value) {
            if (value instanceof Map) {
                List<String> parts = new ArrayList<>();
                ((Map<?, ?>) value).forEach((n, v) -> parts.add(write(n) + ":" + write(v)));
                return "{" + String.join(",", parts) + "}";
            }
            if (value instanceof List) {
                List<String> parts = new ArrayList<>();
                ((List<?>) value).forEach(part -> parts.add(write(part)));
                return "[" + String.join(",", parts) + "]";
            }
            if (!(value instanceof String)) {
                return String.valueOf(value);
            }
            StringBuilder out = new StringBuilder("\"");
            for (char sign : ((String) value).toCharArray()) {
                if (sign == '"' || sign == '\\') {
                    out.append('\\').append(sign);
                } else if (sign < ' ' || Character.isSurrogate(sign)) {
                    out.append(String.format("\\u%04x", (int) sign));
                } else {
                    out.append(sign);
                }
            }
            return out.append('"').toString();
        }

        private Object value(int depth) {
            blanks();
            char sign = text.charAt(at);
            if (depth > DEEPEST) {
                throw new IllegalArgumentException();
            }
            if (sign == '{') {
                return members(depth);
            }
            if (sign == '[') {
                return elements(depth);
            }
            if (sign == '"') {
                return string();
            }
            int end = at;
            while (end < text.length() && ",]} \t\r\n".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            String word = text.substring(at, end);
            at = end;
            switch (word) {
                case "true": return true;
                case "false": return false;
                case "null": return null;
                default: return word.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(word)
                    : Double.valueOf(word);
            }
        }

        private Map<String, Object> members(int depth) {
            Map<String, Object> found = new LinkedHashMap<>();
            for (at++, blanks(); text.charAt(at) != '}'; blanks()) {
                String name = string();
                blanks();
                take(':');
                found.put(name, value(depth + 1));
                blanks();
                if (text.charAt(at) != '}') {
                    take(',');
                }
            }
            at++;
            return found;
        }

        private List<Object> elements(int depth) {
            List<Object> found = new ArrayList<>();
            for (at++, blanks(); text.charAt(at) != ']'; blanks()) {
                found.add(value(depth + 1));
                blanks();
                if (text.charAt(at) != ']') {
                    take(',');
                }
            }
            at++;
            return found;
        }

        private String string() {
            take('"');
            StringBuilder found = new StringBuilder();
            for (char sign = text.charAt(at++); sign != '"'; sign = text.charAt(at++)) {
                found.append(sign == '\\' ? escaped() : sign);
            }
            return found.toString();
        }

        private char escaped() {
            char sign = text.charAt(at++);
            int place = "bfnrt".indexOf(sign);
            if (place >= 0) {
                return "\b\f\n\r\t".charAt(place);
            }
            if (sign != 'u') {
                return sign;
            }
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }

        private void take(char wanted) {
            if (text.charAt(at++) != wanted) {
                throw new IllegalArgumentException();
            }
        }

        private void blanks() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
