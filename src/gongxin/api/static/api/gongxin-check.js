/* <gongxin-check>: shows the answer to a credit check inside an approval system (信用核查结果组件).

The embedding system's own backend asks the API, with its secret, and hands the answer here: as the
property `answer`, or from an address of its own in `src`. The element knows no secret, calls
nothing but that address, decides nothing and shows texts as texts. Styles are constructed, so that
the page needs no style-src for them. `lang="en"` speaks English, anything else Chinese. */
"use strict";
(() => {
  const WORDS = {
    zh: {
      title: "信用核查结果",
      loading: "正在查询…",
      facts: "有与本事项相关的公开信息，见下。",
      neutral: "未查到与本事项相关的信息。这不是不良信号，请照常办理。",
      refused: "该主体不在核查范围内（例如个体工商户）。不得据此作出不利处理，请照常办理。",
      unknown: "平台暂未答复，结果未知。未知不是不良，请照常办理，稍后可再查。",
      decides: "以上只列事实和法定措施，不作结论；由经办人依法决定并说明理由。",
      entries: "在列名单",
      records: "相关信用信息",
      measures: "法律对本事项规定的措施",
      incentives: "激励措施",
      objections: "异议标注",
      number: "文书号",
      authority: "作出单位",
      decided: "决定日期",
      until: "公示截止",
      repair: "可申请修复",
      basis: "依据",
      unit: "实施单位",
      end: "措施截止",
      none: "无期限",
      any: "无起始日",
      sample: "示例",
      hidden: (n) => `另有 ${n} 条与本事项无关的信息未展示。`,
      coverage: { partial: "数据覆盖：部分", none: "数据覆盖：无该主体数据" },
      asOf: "数据截至",
      checkNo: "核查编号",
    },
    en: {
      title: "Credit check",
      loading: "Asking…",
      facts: "There is public information that relates to this matter; see below.",
      neutral: "Nothing is known that relates to this matter. That is no bad sign: go on.",
      refused: "This one is not checked (a sole trader, for instance). Nothing bad follows: go on.",
      unknown: "The platform did not answer. Unknown is not bad: go on, and ask again later.",
      decides: "These are facts and what law attaches to them, not a conclusion: a named person decides, with reasons.",
      entries: "List entries in force",
      records: "Records",
      measures: "Measures that law attaches to this matter",
      incentives: "Incentives",
      objections: "Objections",
      number: "Document",
      authority: "Authority",
      decided: "Decided on",
      until: "Public until",
      repair: "Repair from",
      basis: "Basis",
      unit: "Implemented by",
      end: "Until",
      none: "without end",
      any: "no first day",
      sample: "sample",
      hidden: (n) => `${n} more that do not relate to this matter are not shown.`,
      coverage: { partial: "Coverage: partial", none: "Coverage: no data of this one" },
      asOf: "As of",
      checkNo: "Check no.",
    },
  };
  const STYLE = `
    :host { display: block; color: #1f2933; background: #fff; font: 16px/1.6 system-ui, sans-serif;
      border: 1px solid #7b8794; border-radius: 4px; padding: 1rem; overflow-wrap: anywhere; }
    :host([hidden]) { display: none; }
    h2, h3 { margin: 0; font-size: 1.125rem; }
    h3 { margin-top: 1rem; font-size: 1rem; }
    p { margin: .5rem 0; }
    ul { list-style: none; margin: .5rem 0 0; padding: 0; }
    li { border-left: 3px solid #52606d; margin-top: .5rem; padding-left: .75rem; }
    .name { font-weight: 600; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; }
    dt { color: #52606d; } dd { margin: 0; }
    .decides { border-top: 1px solid #cbd2d9; margin-top: 1rem; padding-top: .5rem; }
    .foot { color: #52606d; font-size: .875rem; }
    @media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .25rem; } }
    @media (forced-colors: active) { :host, li { border-color: CanvasText; } }`;
  const STATUSES = ["facts", "neutral", "refused", "unknown"];
  const LISTS = ["facts", "list_entries", "measures", "incentives", "objections"];

  /** Whatever is not an answer of the API is unknown: half an answer is none. */
  const understood = (value) => {
    const status = STATUSES.includes(value?.status) ? value.status : "unknown";
    const whole = LISTS.every((name) => Array.isArray(value?.[name]));
    if (status === "facts" || status === "neutral") return whole ? value : { status: "unknown" };
    return { status };
  };

  const element = (name, text = "", kind = "") => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.textContent = text;
    return made;
  };

  class GongxinCheck extends HTMLElement {
    static get observedAttributes() {
      return ["src", "lang"];
    }

    #root = this.attachShadow({ mode: "open" });
    #answer = null;
    #asked = 0;

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      this.setAttribute("role", this.getAttribute("role") ?? "region");
      this.#name();
      this.#show();
    }

    attributeChangedCallback(name, before, now) {
      if (name === "src" && now) this.#ask(now);
      if (name === "lang" && this.isConnected) {
        this.#name();
        this.#show();
      }
    }

    get answer() {
      return this.#answer;
    }

    set answer(value) {
      this.#asked += 1; // what was asked before and comes later is of no account
      this.#answer = value ?? { status: "unknown" };
      this.#show();
    }

    get #words() {
      return (this.getAttribute("lang") ?? "").startsWith("en") ? WORDS.en : WORDS.zh;
    }

    #name() {
      this.setAttribute("aria-label", this.#words.title);
    }

    async #ask(address) {
      const asked = (this.#asked += 1);
      this.#answer = null;
      this.#show();
      let value = { status: "unknown" };
      try {
        const signal = AbortSignal.timeout?.(30000);
        const told = await fetch(address, { credentials: "same-origin", signal });
        if (told.ok) value = await told.json();
      } catch {
        // Whatever went wrong, nothing is known.
      }
      if (asked === this.#asked) this.answer = value;
    }

    #show() {
      const words = this.#words;
      const live = element("div");
      live.setAttribute("aria-live", "polite");
      live.append(element("h2", words.title));
      if (this.#answer === null) {
        live.append(element("p", this.hasAttribute("src") ? words.loading : ""));
      } else {
        live.append(...this.#whole());
      }
      this.#root.replaceChildren(live);
    }

    /** All of the answer, or that nothing is known: never a part of it. */
    #whole() {
      try {
        return this.#parts(understood(this.#answer));
      } catch {
        return this.#parts({ status: "unknown" });
      }
    }

    #parts(answer) {
      const words = this.#words;
      const parts = [];
      if (answer.uscc) parts.push(element("p", `${answer.name || ""} ${answer.uscc}`.trim(), "name"));
      parts.push(element("p", words[answer.status]));
      if (!answer.uscc) return parts;
      parts.push(
        ...this.#section(words.entries, answer.list_entries.map((fact) => this.#fact(fact))),
        ...this.#section(words.records, answer.facts.map((fact) => this.#fact(fact))),
        ...this.#section(words.measures, answer.measures.map((one) => this.#measure(one))),
        ...this.#section(words.incentives, answer.incentives.map((one) => this.#measure(one))),
        ...this.#section(words.objections, answer.objections.map((one) => element("li", String(one)))),
      );
      if (answer.not_shown > 0) parts.push(element("p", words.hidden(Number(answer.not_shown))));
      parts.push(element("p", words.decides, "decides"));
      const foot = [
        words.coverage[answer.coverage],
        `${words.asOf} ${answer.as_of}`,
        `${words.checkNo} ${answer.check_no}`,
      ];
      parts.push(element("p", foot.filter(Boolean).join(" · "), "foot"));
      return parts;
    }

    #section(title, items) {
      if (items.length === 0) return [];
      const list = element("ul");
      list.setAttribute("role", "list"); // without marks some readers no longer call it one
      list.append(...items);
      return [element("h3", `${title} (${items.length})`), list];
    }

    #fact(fact) {
      const words = this.#words;
      return this.#item(fact.name, [
        [words.number, fact.document_no],
        [words.authority, fact.authority_name],
        [words.decided, fact.decided_on],
        [words.until, fact.public_until ?? words.none],
        ...(fact.adverse ? [[words.repair, fact.repairable_from ?? words.any]] : []),
        [words.basis, this.#cited(fact.basis)],
      ]);
    }

    #measure(one) {
      const words = this.#words;
      return this.#item(one.illustrative ? `${one.name} (${words.sample})` : one.name, [
        [words.unit, one.implementing_unit],
        [words.end, one.until ?? words.none],
        [words.basis, this.#cited(one.clause)],
      ]);
    }

    #cited(citations) {
      return (citations ?? []).map((one) => `${one.document} ${one.article}`.trim()).join("; ");
    }

    #item(name, rows) {
      const item = element("li");
      const list = element("dl");
      for (const [term, told] of rows) {
        if (told) list.append(element("dt", term), element("dd", String(told)));
      }
      item.append(element("span", String(name), "name"), list);
      return item;
    }
  }

  if (!customElements.get("gongxin-check")) customElements.define("gongxin-check", GongxinCheck);
})();
