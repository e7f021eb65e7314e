"""Turns of phrase that say what a prompt is up to. They explain a verdict, and the model weighs them.

Each pattern is linear: alternatives of words, with a few words at most between two of them.
"""

import re

__all__ = ["FAMILIES", "signals_in"]

_GAP = r"(?:\W+\w+){0,6}?\W+"
_DROP = (
    r"(?:ignor\w*|disregard\w*|forget\w*|overrid\w*|overwrit\w*|bypass\w*|discard\w*|neglect|skip|drop|set\W+aside"
    r"|wip\w+|eras\w+|revok\w+|cancel\w*|suspend\w*|waiv\w+|lift\w*|void|nullif\w+|disobey|stop\W+following"
    r"|no\W+longer|do\W+not\W+follow|don\W?t\W+follow|get\W+around|pay\W+no\W+attention)"
)
_RULES = (
    r"(?:instruction\w*|rule\w*|guideline\w*|directive\w*|guidance|restriction\w*|polic(?:y|ies)|filter\w*|safeguard\w*"
    r"|prompts?|constraint\w*|guardrail\w*|programming|briefing|orders|moderation|censorship|safety|ethics)"
)
_SHOW = (
    r"(?:reveal\w*|show\w*|print\w*|output\w*|repeat\w*|display\w*|leak\w*|disclos\w*|dump\w*|recit\w*|paste\w*|tell"
    r"|give|quote\w*|echo\w*|share|list|copy|spell|hand|write|provide|read|expos\w*|translat\w+|summari\w+|encod\w+)"
)
_PROMPT = (
    r"(?:system\W+(?:prompt|message|text|instructions)|(?:initial|hidden|secret|original|confidential|internal|developer"
    r"|concealed|setup|set-up|your|own|first|starting)\W+(?:\w+\W+)?(?:prompt|instruction\w*|guideline\w*|directions"
    r"|message|configuration|rules|notes|directives))"
)
_SECRETS = (
    r"(?:passwords?|credentials?|api\W?keys?|secrets?|tokens?|private\W+keys?|environment\W+variables|customer\W+records"
    r"|personal\W+(?:data|information)|chat\W+history|conversation|session\W+cookie|passphrase|card\W+numbers?)"
)
_PATTERNS = {
    "override": rf"\b{_DROP}{_GAP}{_RULES}\b",
    "override_all": rf"\b{_DROP}\W+(?:\w+\W+){{0,3}}(?:everything|anything|what)\W+(?:\w+\W+){{0,4}}(?:told|said|above|before)\b",
    "rules_gone": rf"\b{_RULES}{_GAP}(?:void|revoked|lifted|disabled|off|removed|suspended|withdrawn|gone|cancelled|waived|expired)\b",
    "prompt_leak": rf"\b{_SHOW}{_GAP}{_PROMPT}\b",
    "prompt_asked": rf"\bwhat{_GAP}{_PROMPT}\b",
    "text_above": rf"\b{_SHOW}{_GAP}(?:above|before|preceding|precedes|ahead\W+of)\b",
    "persona": r"\b(?:you\W+(?:are|re|will\W+be)\W+(?:now\W+)?|act\W+as|pretend|roleplay|play|become|simulate|imagine|be\W+my"
    r"|switch\W+to|respond\W+as|answer\W+as|as)\b",
    "no_limits": r"\b(?:without|no|zero|free\W+(?:of|from)|un)\W*(?:any\W+|more\W+)?(?:restriction\w*|restricted|filter\w*|filtered"
    r"|limit\w*|censor\w*|rules|ethic\w*|moral\w*|polic\w+|moderat\w+|boundar\w+|shackle\w*|chained|bound|aligned)\b",
    "anything_now": r"\b(?:do\W+anything\W+now|jailbr\w+|(?:developer|god|sudo|dan|debug|admin|unrestricted|unfiltered)\W+mode|evil\W+twin)\b",
    "never_refuse": r"\b(?:never|not|don\W?t|without|no)\W+(?:\w+\W+){0,2}(?:refus\w*|declin\w*|apologi[sz]\w*|disclaimers?|warnings?|morali[sz]\w*"
    r"|lectures?|caveats?|sermons?)\b",
    "begin_with": r"\b(?:start|begin|open|respond|answer|reply)\w*\W+(?:\w+\W+){0,4}(?:with|saying)\W+(?:\w+\W+)?[\"'“]",
    "fake_turn": r"<\|?/?(?:im_start|im_end|system|assistant|endoftext)|\[/?inst\]|<</?sys>>|#+\s*(?:system|instruction|user)\b"
    r"|\b(?:begin|end)\W+(?:of\W+)?(?:system|admin|developer|user|trusted|prompt|instructions)\b"
    r"|\W\"?(?:role|system|authority)\"?\s*:\s*\"|\[+\W*(?:system|admin|operator|override|internal)|\bassistant\s*:\s",
    "claimed_rank": r"\bi\W+(?:am|m)\W+(?:\w+\W+){0,3}(?:developer|admin\w*|creator|engineer|owner|root|auditor|officer|operator|ceo|researcher)\b"
    r"|\b(?:authori[sz]\w+|clearance|permission)\b",
    "to_the_machine": r"\b(?:note|message|attention|dear|hey|instructions?|directive|any|if)\W+(?:\w+\W+){0,3}(?:ai|llms?|assistants?|bots?|chatbots?|models?"
    r"|agents?|copilots?)\b|\b(?:ai|llm|assistant|bot|model|agent)s?\W+(?:reading|processing|summari\w+|handling|must|shall|should|watching)\b",
    "hidden": r"<!--|display:\s*none|font-size:\s*0|white\W+text|\bhidden\b|\[hidden\]|<span|tiny\W+font|alt\W*=",
    "secrets": rf"\b{_SHOW}{_GAP}{_SECRETS}\b",
    "secret_file": r"/etc/(?:passwd|shadow)|\.env\b|id_rsa|\.aws/credentials|\.ssh/|169\.254\.169\.254|\.pem\b|\.kdbx\b",
    "send_out": r"\b(?:send|post|upload|append|forward|submit|mail|email|exfiltrat\w+|transmit|phone)\w*\b(?:\W+\w+){0,8}?\W+(?:https?://|\w+@\w+)",
    "link_out": r"!\[[^\]]{0,40}\]\(https?://|https?://\S{1,80}\?\w{1,12}=",
    "destroy": r"\brm\W+-\w*r|\bdrop\W+(?:table|database)\b|\bdelete\W+(?:all|every)\b|\bformat\W+c:|\bwipe\W+the\b|chmod\W+777",
    "shell": r"\b(?:os\.system|subprocess|eval\(|exec\(|curl\b.{0,60}\|\s*(?:ba)?sh|reverse\W+shell|nc\W+-e|sudo)\b|\|\s*(?:ba)?sh\b",
    "guards_off": r"\b(?:disable|turn\W+off|switch\W+off|mute|silence|stop|deactivate)\W+(?:\w+\W+){0,3}(?:logging|monitoring|alarms?|alerts?|audit|safety"
    r"|guardrails?|filters?|checks?|detection|mfa|firewall)\b",
    "no_asking": r"\b(?:without|don\W?t|do\W+not|no|skip\w*|never)\W+(?:\w+\W+){0,2}(?:ask\w*|tell\w*|mention\w*|confirm\w*|notify\w*|approval)\b",
    "weapon": r"\b(?:bombs?|explosives?|napalm|thermite|grenade|nerve\W+(?:agent|gas)|sarin|ricin|anthrax|mustard\W+gas|silencer|untraceable\W+gun"
    r"|dirty\W+bomb|molotov)\b",
    "drug": r"\b(?:meth(?:amphetamine)?|amphetamine|crack\W+cocaine|fentanyl|heroin|sedatives?|opioids?|ghb)\b",
    "malware": r"\b(?:malware|ransomware|keylogger|spyware|trojan|botnet|worm|rootkit|exploit\W+code|phishing\W+(?:page|mail|text)|rat\W+for)\b",
    "crime": r"\b(?:counterfeit\w*|forg(?:e|ed|ing)|launder\w*|hotwire|stalk\w*|blackmail|poison\w*|murder|kill|steal\w*|rob|smuggl\w+|dox|hack(?:ing)?\W+into"
    r"|clone\W+a|evade\W+taxes|stolen|burgl\w+|arson|undetect\w+|untraceable|without\W+(?:getting\W+caught|a\W+trace))\b",
    "how_to": r"\b(?:how\W+(?:to|do|can|would|does|d)|steps?\W+(?:to|for)|instructions?\W+(?:on|for|to)|teach\W+me|walk\W+me|recipe|guide|tutorial|procedure|method)\b",
    "asks_about": r"\b(?:what\W+(?:is|are|does)|explain|define|describe|why\W+(?:do|does|is|are)|difference\W+between|compare|overview|history|summari[sz]e)\b",
    "defends": r"\b(?:protect\w*|defen[dcs]\w*|prevent\w*|mitigat\w*|detect\w*|harden\w*|secure\w*|block\w*|report\w*|polic\w+|train\w*|test\w*|classif\w+"
    r"|recogni\w+|investigat\w*|avoid\w*|stop)\b",
    "decode": r"\b(?:decod\w*|decipher\w*|base64|rot13|leetspeak|caesar|reverse\W+this|hex)\b(?:\W+\w+){0,12}?\W+(?:follow|execute|obey|act|comply|run|do)\b",
    "pieces": r"\b(?:concatenat\w*|combine|join|first\W+letter|last\W+word)\b(?:\W+\w+){0,14}?\W+(?:execute|do|perform|follow|obey)\b",
    "foreign_override": r"(?:ignor(?:iere|ez|a|e|á|era)\w*|vergiss|oublie\w*|olvida|missacht\w+|esque[çc]a|negeer|zignoruj|desconsidere|haz\W+caso\W+omiso"
    r"|игнорируй\w*|забудь\w*|не\W+обращай|忽略|忘记|无视|無視|破棄|忘れて|무시|تجاهل|अनदेखा|yok\W+say|bỏ\W+qua|non\W+tenere\W+conto|abstraction)"
    r".{0,60}(?:instru\w+|consignes|regeln|anweisung\w*|vorgaben|reglas|normas|regole|istruzioni|regras|regels|instructies|полецения|polecenia"
    r"|инструкц\w+|правил\w*|указани\w+|指令|指示|规则|命令|ルール|지시|규칙|명령|التعليمات|निर्देशों|talimat\w*|hướng\W+dẫn|règles)",
    "foreign_prompt": r"(?:system\W?prompt|prompt\W+(?:système|du\W+système|del?\W+sistema|do\W+sistema|di\W+sistema|systemowy)|systemtext|systemprompt|messaggio\W+di\W+sistema"
    r"|системн\w+\W+промпт|系统提示|システムプロンプト|시스템\W*프롬프트|موجه\W+النظام|सिस्टम\W+प्रॉम्प्ट|sistem\W+istem\w*|texto\W+oculto|texte\W+caché)",
}  # fmt: skip
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
FAMILIES = {
    "override": "instruction override",
    "override_all": "instruction override",
    "rules_gone": "instruction override",
    "foreign_override": "instruction override",
    "prompt_leak": "system prompt leak",
    "prompt_asked": "system prompt leak",
    "text_above": "system prompt leak",
    "foreign_prompt": "system prompt leak",
    "no_limits": "jailbreak persona",
    "anything_now": "jailbreak persona",
    "never_refuse": "refusal suppression",
    "fake_turn": "forged authority",
    "claimed_rank": "forged authority",
    "to_the_machine": "indirect injection",
    "hidden": "indirect injection",
    "secrets": "data exfiltration",
    "secret_file": "data exfiltration",
    "send_out": "data exfiltration",
    "link_out": "data exfiltration",
    "destroy": "tool abuse",
    "shell": "tool abuse",
    "guards_off": "tool abuse",
    "no_asking": "tool abuse",
    "weapon": "harmful request",
    "drug": "harmful request",
    "malware": "harmful request",
    "crime": "harmful request",
    "decode": "obfuscation",
    "pieces": "obfuscation",
}


def signals_in(text: str) -> list[str]:
    """The names of the signals that the text has, in a fixed order."""
    return [name for name, pattern in _COMPILED.items() if pattern.search(text)]
