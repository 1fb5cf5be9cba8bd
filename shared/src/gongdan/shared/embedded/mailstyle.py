"""How the pages of caught mail look: as api's page does, without a file of it, since both work while it is away."""

STYLE = """
:root{color-scheme:light dark;--ground:light-dark(#f4f5f8,#0f1118);--paper:light-dark(#fff,#181b25);
--raised:light-dark(#f8f9fc,#1f2330);--line:light-dark(#e1e4ec,#2c3140);--ink:light-dark(#171a26,#eceef5);
--soft:light-dark(#565d72,#a3abc0);--accent:light-dark(#4338ca,#a5b4fc);
font:15px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:anywhere}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
header{display:flex;align-items:center;gap:16px;height:56px;padding:0 16px;background:var(--paper);
border-bottom:1px solid var(--line)}
header a:first-child{display:flex;align-items:center;gap:8px;color:var(--ink);font-size:17px;font-weight:600}
header i{display:grid;place-items:center;width:28px;height:28px;border-radius:6px;background:#4338ca;color:#fff;
font-style:normal;font-size:17px}
main{max-width:70rem;margin:0 auto;padding:20px 16px 48px}
h1{margin:0 0 2px;font-size:22px}
p{margin:0 0 16px;color:var(--soft)}
form{margin:0 0 16px}
input{width:min(22rem,100%);font:inherit;color:inherit;padding:6px 10px;background:var(--paper);
border:1px solid var(--soft);border-radius:8px}
input::placeholder{color:var(--soft);opacity:1}
table,pre{width:100%;background:var(--paper);border:1px solid var(--line);border-radius:10px}
table{border-collapse:separate;border-spacing:0;overflow:hidden}
td,th{text-align:start;vertical-align:top;padding:9px 14px;border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
th{white-space:nowrap;font-size:12.5px;color:var(--soft);background:var(--raised)}
.list td:first-child a{font-weight:600}.list td:last-child{white-space:nowrap;color:var(--soft)}
.list td:nth-child(2),.list td:nth-child(3){min-width:14rem}
.none{padding:48px 14px;text-align:center;color:var(--soft)}
pre{margin:16px 0 0;padding:16px;white-space:pre-wrap;font:inherit}
@media(max-width:45rem){.list .head{display:none}.list tr{display:block;padding:10px 14px;
border-bottom:1px solid var(--line)}.list tr:last-child{border:0}.list td{display:block;border:0;padding:1px 0}
.list td:nth-child(2){display:none}
.list .none{padding:32px 0}}
"""
